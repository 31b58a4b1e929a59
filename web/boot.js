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
      save,
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
