// The embed starts when its slide comes in, and goes when it has left: slides that are not on show slide out of sight.
Reveal.initialize({ width: 1280, height: 720, margin: 0, transition: "slide" });
