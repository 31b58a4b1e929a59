// Boots the page and its workers from one self-contained classic script.
//
// A sandboxed embed has an opaque origin: there, module scripts, fetch() and worker URLs are refused, while a
// classic script is not. So `xtask bundle` puts the wasm-bindgen glue, the wasm itself and the texts into this file, and
// workers start from a blob. Nothing is evaluated from text: the glue is a function, and its source, for
// workers, is what toString() gives.
//
// Here stands what must be JavaScript: what runs before the wasm does, when it is broken, or in another thread.
// `supported.js` runs before it. On the page, `tunescape` has
//   spawn(): Worker            starts a worker, already sent its wasm module
//   crashed(): void            shows the crash notice
//   full(): void               has the crash notice say that the memory is full
//   poster(): string           the address of the picture that stands until the page does
//   texts(): string            the translations, as JSON: language, key, text
//   load(name): Promise        the bytes of a data set, the lessons or the example, through the script `data/NAME.js`, or out of this page
//   data(name, text): void     what that script calls: gzip, then base64
//   pack(text), unpack(text): Promise   deflate and base64url, for links
//   read(address): Promise     the bytes of a file that lies in this page's own folder, or below it
// In a worker, `tunescape` has
//   listen(handler): void      hands every message's data to handler, first those that came while it started
//   full(): void               tells the page that the memory is full
//
// Between page and worker go Uint8Arrays whose buffers are transferred, and that word. What goes wrong in a worker, at
// the start or later, reaches its `error` event.
(() => {
  "use strict";

  const WASM = "@WASM@"; // gzip, then base64

  // Names of data scripts, each with a part that says what is in it.
  const DATA = /*@DATA@*/;

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
      full: () => postMessage("full"),
    };
  }

  const there = (id) => document.getElementById(id);

  function unpack(text, type) {
    const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const bytes = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(bytes, { headers: { "content-type": type } });
  }

  const bytesOf = (text) => unpack(text, "application/octet-stream").arrayBuffer().then((buffer) => new Uint8Array(buffer));

  // Where the data lies is known from where this script came from.
  const here = document.currentScript.src;
  const loading = {};

  async function load(name) {
    // In the page that is one file it is there already.
    const inside = there(`data-${name}`);
    if (inside) return bytesOf(inside.textContent);
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      loading[name] = (text) => resolve(bytesOf(text));
      script.src = new URL(`data/${DATA[name] ?? name}.js`, here).href;
      script.onload = () => script.remove();
      script.onerror = () => reject(new Error(name));
      document.head.append(script);
    });
  }

  async function pack(text) {
    const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
    let latin = "";
    for (const byte of bytes) latin += String.fromCharCode(byte);
    return btoa(latin).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // A few bytes can stand for gigabytes: a little is unpacked at a time, which a thousand times as much can come of, and
  // no more in all than any study comes to.
  const LONGEST_PACKED = 300_000;
  const LONGEST = 2_000_000;
  const PIECE = 512;

  async function unfold(text) {
    if (text.length > LONGEST_PACKED) throw new Error("too long");
    const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    const { readable, writable } = new DecompressionStream("deflate-raw");
    const writer = writable.getWriter();
    const feed = async () => {
      for (let at = 0; at < bytes.length; at += PIECE) await writer.write(bytes.subarray(at, at + PIECE));
      await writer.close();
    };
    feed().catch(() => {}); // Whoever reads hears of it.
    const reader = readable.pipeThrough(new TextDecoderStream()).getReader();
    let whole = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return whole;
      whole += value;
      if (whole.length > LONGEST) {
        reader.cancel().catch(() => {});
        throw new Error("too long");
      }
    }
  }

  // A link may name the file. It is asked for without cookies, so that nobody's name is lent to a link, and nothing but
  // a file of this page is asked for: no query, no other folder, no redirect.
  async function read(address) {
    const folder = new URL("./", document.baseURI);
    const url = new URL(address, folder);
    const below = url.origin === folder.origin && url.pathname.startsWith(folder.pathname) && !/%2f|%5c/i.test(url.pathname);
    if (!below || url.search) throw new Error(address);
    const answer = await fetch(url, { credentials: "omit", redirect: "error" });
    // No file that is read is larger.
    if (!answer.ok || Number(answer.headers.get("content-length")) > 2 ** 27) throw new Error(address);
    return new Uint8Array(await answer.arrayBuffer());
  }

  const show = (id) => {
    there("poster")?.remove();
    there("late")?.remove();
    there(id).hidden = false;
  };

  // What this tab remembers of crashes; nothing where it can't.
  const remember = (key, value) => {
    try {
      const old = sessionStorage.getItem(`tunescape.${key}`);
      if (value === null) sessionStorage.removeItem(`tunescape.${key}`);
      else sessionStorage.setItem(`tunescape.${key}`, value);
      return old;
    } catch {
      return null;
    }
  };

  // To an address without # the browser goes anew, though it differs in nothing else.
  const afresh = () => location.replace(location.href.split("#")[0]);

  // A link that breaks the page would do so at each reload: after the second time within a minute it is left out, and
  // offered.
  const MINUTE = 60_000;
  let broken = false;
  const left = remember("broken", null);
  function crashed() {
    if (broken) return;
    broken = true;
    there("broken").hidden = true;
    show("crash");
    const last = Number(remember("crashed", Date.now()));
    if (!left && location.hash && Date.now() - last < MINUTE) {
      remember("broken", location.hash);
      afresh();
    }
  }

  // A trap is not always a panic that Rust's hook has seen: the stack or the memory can run out, and an exception of the
  // browser's that has passed through the wasm has left it in the middle of something.
  function trapped(error) {
    if (error instanceof WebAssembly.RuntimeError || /wasm-function|wasm:/.test(error?.stack)) crashed();
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
      crashed,
      full: () => (there("full").hidden = false),
      texts: () => JSON.stringify(TEXTS),
      poster: () => poster,
      load,
      data: (name, text) => loading[name]?.(text),
      pack,
      unpack: unfold,
      read,
    };
    await glue()({ module_or_path: module });
  }

  // Without a network later on. Not in somebody else's page, nor where nothing can be kept.
  function keep() {
    if (!here || !isSecureContext || origin === "null" || !location.protocol.startsWith("http") || top !== window) return;
    navigator.serviceWorker?.register(new URL("sw.js", here)).catch(() => {});
  }

  function start() {
    addEventListener("error", ({ error }) => trapped(error));
    addEventListener("unhandledrejection", ({ reason }) => trapped(reason));
    there("reload").addEventListener("click", () => location.reload());
    there("afresh").addEventListener("click", afresh);
    if (left) {
      there("again").href = left;
      there("broken").hidden = false;
      for (const id of ["again", "leave-broken"]) there(id).addEventListener("click", () => (there("broken").hidden = true));
    }
    boot().then(keep, (error) => {
      crashed();
      throw error;
    });
  }

  // What is missing is told by the script that has looked for it.
  if (!globalThis.tunescapeMissing?.length) start();
})();
