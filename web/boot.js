// Boots the page and its workers from one self-contained classic script.
//
// A sandboxed embed has an opaque origin: there, module scripts, fetch() and worker URLs are refused, while a
// classic script is not. So `xtask bundle` puts the wasm-bindgen glue, the wasm itself and the texts into this file, and
// workers start from a blob. Nothing is evaluated from text: the glue is a function, and its source, for
// workers, is what toString() gives.
//
// On the page, `tunescape` has
//   spawn(): Worker            starts a worker, already sent its wasm module
//   crashed(): void            shows the crash notice
//   poster(): string           the address of the picture that stands until the page does
//   texts(): string            the translations, as JSON: language, key, text
//   load(name): Promise        the bytes of a built-in data set, through its script `data/NAME.js`, or out of this page
//   save(name, type, text)     saves a file
//   keepPlace(): void         gives the focus of what has left the page to what that stood in
//   keys(handler), present(on), press(controls), named(controls), notes(open, own, lines)   for presenting, see below
//   pack(text), unpack(text): Promise   deflate and base64url, for links
//   read(address): Promise     the text of a file of this page's own origin
//   sized(handler): void       tells when the page has become higher or lower
//   controls(): string         the controls of the screen, a line each: id, tab, name
//   plots(), picture(n, png), print()   names the plots on the page, saves one as a file, prints the page
//   copyPicture(n, png)       puts one on the clipboard, SVG as text; rejects where the browser does not allow it
//   data(name, text): void     what that script calls: gzip, then base64
// In a worker, `tunescape` has
//   listen(handler): void      hands every message's data to handler, first those that came while it started
//
// Between page and worker go Uint8Arrays whose buffers are transferred. What goes wrong in a worker, at the start
// or later, reaches its `error` event.
(() => {
  "use strict";

  const WASM = "@WASM@"; // gzip, then base64

  const TEXTS = /*@TEXTS@*/;

  function glue() {
    /*@GLUE@*/
    return wasm_bindgen;
  }

  function work(glue) {
    const early = [];
    onmessage = ({ data: module }) => {
      onmessage = ({ data }) => early.push(data);
      glue()({ module_or_path: module });
    };
    onunhandledrejection = ({ reason }) => {
      setTimeout(() => {
        throw reason;
      });
    };
    globalThis.tunescape = {
      listen(handler) {
        onmessage = ({ data }) => handler(data);
        early.splice(0).forEach((data) => handler(data));
      },
    };
  }

  const show = (id) => {
    document.getElementById("poster")?.remove();
    document.getElementById(id).hidden = false;
  };

  // A function that gives i8x16.splat(0): it is valid only where there is SIMD.
  const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];
  const supported = () =>
    typeof WebAssembly === "object" &&
    WebAssembly.validate(new Uint8Array(SIMD)) &&
    typeof DecompressionStream === "function";

  function unpack(text, type) {
    const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(bytes, { headers: { "content-type": type } });
  }

  // Where the data lies is known from where this script came from.
  const here = document.currentScript.src;
  const loading = {};

  function load(name) {
    // In the page that is one file it is there already.
    const inside = document.getElementById(`data-${name}`);
    if (inside) return unpack(inside.textContent, "application/octet-stream").arrayBuffer().then((b) => new Uint8Array(b));
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      loading[name] = (text) => resolve(unpack(text, "application/octet-stream").arrayBuffer());
      script.src = new URL(`data/${name}.js`, here).href;
      script.onload = () => script.remove();
      script.onerror = () => reject(new Error(name));
      document.head.append(script);
    }).then((buffer) => new Uint8Array(buffer));
  }

  function save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  let audio, toned = 0;
  function tone(hertz) {
    // The context's own clock begins at 0, and may begin late: it would swallow the first tones.
    if (performance.now() - toned < 90) return;
    toned = performance.now();
    audio ??= new AudioContext();
    const now = audio.currentTime;
    const [source, volume] = [audio.createOscillator(), audio.createGain()];
    source.frequency.value = hertz;
    volume.gain.setValueAtTime(0.08, now);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.12);
    source.connect(volume).connect(audio.destination);
    source.start();
    source.stop(now + 0.13);
  }

  const passed = (bytes, stream) => new Blob([bytes]).stream().pipeThrough(stream);

  async function pack(text) {
    const bytes = new Uint8Array(await new Response(passed(text, new CompressionStream("deflate-raw"))).arrayBuffer());
    let latin = "";
    for (const byte of bytes) latin += String.fromCharCode(byte);
    return btoa(latin).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // A few bytes can stand for gigabytes: no more is unpacked than any study comes to.
  const LONGEST = 2_000_000;

  async function unfold(text) {
    const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const reader = passed(bytes, new DecompressionStream("deflate-raw")).pipeThrough(new TextDecoderStream()).getReader();
    let whole = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return whole;
      whole += value;
      if (whole.length > LONGEST) {
        reader.cancel();
        throw new Error("too long");
      }
    }
  }

  async function read(address) {
    const url = new URL(address, document.baseURI);
    if (url.origin !== location.origin) throw new Error(address);
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(address);
    return answer.text();
  }

  const sized = (handler) => new ResizeObserver(() => handler()).observe(document.getElementById("app"));

  // Presenting: while the page's root has `data-present`, keys are told that are pressed here or in the notes' window.
  let presses = () => {};
  const root = document.documentElement;
  const TYPES = "textarea, select, input:not([type=range], [type=checkbox])";
  function pressed(event) {
    const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
    if ((ctrlKey || metaKey) && !altKey && /^[zy]$/i.test(key) && !target.closest?.(`dialog, ${TYPES}`)) {
      event.preventDefault();
      return press(shiftKey || key.toLowerCase() === "y" ? "#redo" : "#undo");
    }
    // A dialog has keys of its own.
    if ((target.ownerDocument === document && document.querySelector("dialog[open]")) || ctrlKey || metaKey || altKey || event.defaultPrevented || (key !== "?" && !("present" in root.dataset))) return;
    // Buttons take the space bar and Enter, and no other key.
    const pressing = key === " " || key === "Enter" ? "button, a, summary, " : "";
    const own = key.length > 1 || key === " " ? `${TYPES}, ${pressing}input, [role=application]` : TYPES;
    // Out of what is being typed leads a first Escape.
    if (key === "Escape" && target.matches?.(TYPES)) return target.blur();
    if (target.matches?.(own) && key !== "Escape" && !key.startsWith("Page")) return;
    // A letter would else be typed into the control that it goes to.
    if (key.length === 1 || key.startsWith("Arrow") || key.startsWith("Page")) event.preventDefault();
    presses(key);
  }
  function keys(handler) {
    presses = handler;
    addEventListener("keydown", pressed);
    addEventListener("pointermove", ({ clientX, clientY }) => {
      root.style.setProperty("--x", `${clientX}px`);
      root.style.setProperty("--y", `${clientY}px`);
    });
  }
  // A button that does nothing just now keeps the focus, which one that is disabled loses.
  addEventListener("click", (e) => e.target.closest?.("button[aria-disabled=true]") && e.stopImmediatePropagation(), true);

  // What had the keyboard's focus last, and what it stands in.
  let place = [];
  addEventListener("focusin", ({ target }) => {
    for (place = []; target; target = target.parentElement) place.push(target);
  });
  addEventListener("pointerdown", () => (place = []));
  function keepPlace() {
    if (!place.length || place[0].isConnected || !document.hasFocus() || document.activeElement !== document.body) return;
    const left = place.find((e) => e.isConnected);
    place = [];
    if (!left || left.contains(document.body)) return;
    if (!left.hasAttribute("tabindex")) {
      left.tabIndex = -1;
      left.addEventListener("blur", () => left.removeAttribute("tabindex"), { once: true });
    }
    left.focus({ preventScroll: true });
  }
  const present = (on) => void root.toggleAttribute("data-present", on);
  const works = (e) => !e.disabled && e.ariaDisabled !== "true";
  const control = (css) => [...document.querySelectorAll(css)].find((e) => e.checkVisibility() && works(e));
  function press(css) {
    // What is folded away is unfolded first.
    const within = (e) => e?.closest("details:not([open])");
    const folded = [...document.querySelectorAll(css)].find(works);
    if (!control(css)) for (let fold = within(folded); fold; fold = within(fold)) fold.open = true;
    const found = control(css);
    found?.matches("select, input, svg, [tabindex]") ? found.focus() : found?.click();
  }
  function said(found) {
    const own = found?.labels?.[0];
    const name = own?.querySelector("span") ?? own?.firstChild;
    // What a lock or a range says is no name.
    const title = found?.dataset.title ?? found?.title;
    return found ? (found.ariaLabel || title || name?.textContent || found.innerText || "").trim() : "";
  }
  const named = (css) => said(control(css));
  const CONTROLS = ":is(.columns, header) :is(input, select, button)[id]";
  const controls = () => [...document.querySelectorAll(CONTROLS)].map((e) => `${e.id}\t${said(e)}`).join("\n");

  let desk = null;
  function notes(on, own, lines) {
    if (!on) return desk?.close(), (desk = null), true;
    // Whoever closed the window wants none; another would take a click.
    if (desk?.closed) return void (desk = null);
    if (!desk) {
      desk = open("", "tunescape-notes", "popup,width=640,height=800");
      if (!desk) return false;
      const { document: paper } = desk;
      paper.title = document.title;
      for (const sheet of document.querySelectorAll("link[rel=stylesheet], style")) {
        const copy = paper.importNode(sheet, true);
        if (sheet.href) copy.href = sheet.href;
        paper.head.append(copy);
      }
      const field = paper.createElement("textarea");
      field.placeholder = field.ariaLabel = own;
      try {
        field.value = localStorage.getItem("tunescape.notes") ?? "";
        field.oninput = () => localStorage.setItem("tunescape.notes", field.value);
      } catch {} // Where nothing can be kept they last as long as the window.
      const clock = paper.createElement("time");
      const begun = Date.now();
      desk.setInterval(() => (clock.textContent = new Date(Date.now() - begun).toISOString().slice(11, 19)), 500);
      paper.body.className = "notes";
      paper.body.replaceChildren(clock, paper.createElement("main"), field);
      desk.addEventListener("keydown", pressed);
    }
    const { document: paper } = desk;
    for (const name of ["lang", "data-theme"]) paper.documentElement.setAttribute(name, root.getAttribute(name) ?? "");
    const main = paper.querySelector("main");
    if (main.lines !== lines) {
      main.lines = lines;
      const line = (text) => Object.assign(paper.createElement(text.startsWith("# ") ? "h2" : "p"), { textContent: text.replace(/^# /, "") });
      main.replaceChildren(...lines.split("\n").filter(Boolean).map(line));
    }
    return true;
  }

  // A plot is an SVG, and often a canvas beneath it.
  const PLOTS = ".plot, .small-plot, .boundary, .lines, .scatter, .parallel, .dependence, .lane-plot, .inside-plot, .roc, .pad";
  const plots = () => [...document.querySelectorAll(PLOTS)].filter((plot) => plot.getClientRects().length && label(plot));
  const label = (plot) =>
    (plot.matches("[aria-label]") ? plot : (plot.querySelector("[role=img][aria-label]") ?? plot.querySelector("svg[aria-label]")))
      ?.ariaLabel ?? "";

  // The looks that the style sheet gives, which a file has to carry itself.
  const LOOKS = "fill fill-opacity stroke stroke-width stroke-dasharray stroke-linejoin opacity paint-order font-family font-size font-weight display".split(" ");

  // The plot as one SVG, and its size in pixels.
  function drawing(plot) {
    const svg = plot.matches("svg") ? plot : plot.querySelector("svg");
    const copy = svg.cloneNode(true);
    const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")]);
    from.forEach((element, i) => {
      const looks = getComputedStyle(element);
      LOOKS.forEach((name) => to[i].setAttribute(name, looks.getPropertyValue(name)));
    });
    const box = svg.getBoundingClientRect();
    const view = svg.viewBox.baseVal;
    const beneath = (name, rest) => {
      const element = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.entries(rest).forEach(([key, value]) => element.setAttribute(key, value));
      copy.prepend(element);
    };
    const canvas = plot.querySelector("canvas");
    if (canvas) {
      const at = canvas.getBoundingClientRect();
      const scale = view.width / box.width;
      beneath("image", {
        href: canvas.toDataURL(),
        x: view.x + (at.left - box.left) * scale,
        y: view.y + (at.top - box.top) * scale,
        width: at.width * scale,
        height: at.height * scale,
        preserveAspectRatio: "none",
        style: canvas.classList.contains("pixelated") ? "image-rendering: pixelated" : "",
      });
    }
    const paper = getComputedStyle(document.documentElement).getPropertyValue("--card");
    beneath("rect", { x: view.x, y: view.y, width: view.width, height: view.height, fill: paper });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", box.width);
    copy.setAttribute("height", box.height);
    return [new XMLSerializer().serializeToString(copy), box];
  }

  // The drawing in pixels, two to each of the page's.
  const pixels = ([text, { width, height }]) =>
    new Promise((done) => {
      const image = new Image();
      image.onload = () => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [2 * width, 2 * height];
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(done);
      };
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    });

  function picture(index, png) {
    const plot = plots()[index];
    if (!plot) return;
    const drawn = drawing(plot);
    if (png) pixels(drawn).then((blob) => save("plot.png", "image/png", blob));
    else save("plot.svg", "image/svg+xml", drawn[0]);
  }

  // An SVG goes as text, which every program takes. Browsers want the promise at once, while the click counts.
  async function copyPicture(index, png) {
    const drawn = drawing(plots()[index]);
    if (!png) return navigator.clipboard.writeText(drawn[0]);
    return navigator.clipboard.write([new ClipboardItem({ "image/png": pixels(drawn) })]);
  }

  async function boot() {
    const module = await WebAssembly.compileStreaming(unpack(WASM, "application/wasm"));
    // Yew clears what it stands in.
    const poster = document.querySelector("#poster img")?.src ?? "";
    const source = new Blob([`(${work})(${glue});`], { type: "text/javascript" });
    const url = URL.createObjectURL(source);
    globalThis.tunescape = {
      spawn() {
        const worker = new Worker(url);
        worker.postMessage(module);
        return worker;
      },
      crashed: () => show("crash"),
      texts: () => JSON.stringify(TEXTS),
      poster: () => poster,
      load,
      pack,
      unpack: unfold,
      read,
      sized,
      controls,
      keys,
      keepPlace,
      present,
      press,
      named,
      notes,
      save,
      tone,
      plots: () => plots().map(label).join("\n"),
      picture,
      copyPicture,
      print: () => setTimeout(() => print(), 100),
      data: (name, text) => loading[name]?.(text),
    };
    await glue()({ module_or_path: module });
  }

  // Without a network later on. Not in somebody else's page, nor where nothing can be kept.
  function keep() {
    if (!here || !isSecureContext || origin === "null" || !location.protocol.startsWith("http") || top !== window) return;
    navigator.serviceWorker?.register(new URL("sw.js", here)).catch(() => {});
  }

  // The page sets the reader's own choice later; a notice may come before that.
  if (navigator.language.startsWith("zh")) document.documentElement.lang = "zh-CN";
  document.getElementById("reload").addEventListener("click", () => location.reload());
  if (supported()) {
    // A trap is not always a panic that Rust's hook has seen: the stack or the memory can run out.
    const trapped = (error) => error instanceof WebAssembly.RuntimeError && show("crash");
    addEventListener("error", ({ error }) => trapped(error));
    addEventListener("unhandledrejection", ({ reason }) => trapped(reason));
    boot().then(keep, (error) => {
      show("crash");
      throw error;
    });
  } else {
    show("unsupported");
  }
})();
