// <tune-scape>: Tunescape in a tutorial. One script, no dependency:
//
//   <script src="https://HOST/PATH/embed.js"></script>
//   <tune-scape state="v=1&amp;data.name=moons" height="700"></tune-scape>
//
// Attributes
//   state    the set-up: what a Tunescape link has after its #, packed or not
//   preset   the name of an example that the set-up begins with, such as iris
//   lesson   the name of a lesson to begin, such as momentum, or the address of a lesson's file, my-lesson.json
//   hide     what not to show, separated by spaces: panels (header footer data search network training results), or
//            single controls by their ids
//   lock     parts of the set-up that can't be changed, separated by spaces: net data.name training
//   limit    numbers of the set-up and the ranges they stay in, separated by spaces: run.learning_rate:0.01:0.5
//   autoplay plays as soon as it is first ready
//   theme    light or dark; lang: en or zh-CN; by default the reader's own. Both can be changed later
//   width    in pixels, or in any unit of CSS; by default as wide as there is room
//   height   in pixels; by default as high as its content
//   src      the folder that Tunescape lies in; by default this script's own. Where a page runs this script as a text, so
//            that nobody knows where it came from, `window.tunescapeBase` says the same for all elements
//   credentialless   for pages under COEP whose host sends no CORP; by default where the page is cross-origin isolated
// Events, all with their values in `detail`: ready, state {state}, stepped {trials, best},
//   finished {screen, trials | epochs, diverged, loss}, goal {lesson, page}, results {parameters, trials, ...}, at most five
//   times a second, failed {reason}; `embed.d.ts` has their types
// Methods: set(state), play(), pause(), step(), and results({curves}), which promises what the event of that name has, with
//   the losses by epoch if `curves`; the promise is broken where the element is on no page, or no page comes
//
// The page runs in a sandboxed frame with scripts and nothing else. While it is out of sight it is taken away, with its
// workers and its GPU device, and comes back with the same set-up and what was done in lessons; its trials are run again.
// One that holds what can't be carried, such as the reader's notes, a large study or a table, stays, but without workers.
// Those in sight share the machine's cores.
(() => {
  "use strict";

  // Commands that wait for a page that does not listen yet, at most.
  const MAX_QUEUED = 100;

  // Milliseconds that a page has to be ready, from its address on and from its first word on.
  const PATIENCE = 20_000;

  // Where this script lies. A classic script is told; a module finds it in the trace of an error; of a text that was run
  // there may be the element that it was named by.
  const script = (() => {
    const own = document.currentScript?.src;
    if (own) return own;
    const traced = /(?:https?|file):[^\s()]*?\/embed\.js/.exec(new Error().stack ?? "")?.[0];
    return traced ?? [...document.querySelectorAll("script[src]")].map((e) => e.src).findLast?.((src) => /\/embed\.js($|[?#])/.test(src));
  })();

  // The folder of the page, for one element; nothing where nobody says.
  function folder(element) {
    const base = element.getAttribute("src") ?? globalThis.tunescapeBase;
    if (base) return new URL(`${base}/`.replace(/\/(index\.html)?\/$/, "/"), document.baseURI);
    return script ? new URL("./", script) : null;
  }

  // The default set-up, by the version of links that the page writes.
  const DEFAULT = "v=2";
  // An attribute may be written in several lines.
  const link = (state) => {
    const parts = String(state ?? "").trim().replace(/^#+/, "").split("&").map((part) => part.trim());
    return parts.filter(Boolean).join("&") || DEFAULT;
  };
  const beside = (state, more) => (more ? `${state}&${more}` : state);
  const isFile = (lesson) => /\.json$/i.test(lesson);
  const list = (text) => JSON.stringify(text.split(/[\s,]+/).filter(Boolean));

  const SAYS = {
    en: {
      lesson: (url, why) => `The lesson ${url} can't be had (${why}).`,
      src: (src) => `The src “${src}” is not an address.`,
      late: (url) => `Tunescape can't be had from ${url}, or takes long to come.`,
      place: () => "It is not known where Tunescape lies: load embed.js by a script element, or give <tune-scape> a src.",
    },
    zh: {
      lesson: (url, why) => `无法取得课程 ${url}（${why}）。`,
      src: (src) => `src“${src}”不是网址。`,
      late: (url) => `无法从 ${url} 取得 Tunescape，或者它来得很慢。`,
      place: () => "不知道 Tunescape 在哪里：请用 script 元素加载 embed.js，或给 <tune-scape> 加上 src 属性。",
    },
  };

  class Tunescape extends HTMLElement {
    static observedAttributes = ["theme", "lang"];
    // Those in sight, which share the machine's cores.
    static #inSight = new Set();

    #frame = null;
    #here = null;
    // The look that the page in the frame is known to have, that of its address, and whether it listens yet.
    #told = "";
    #begins = "";
    #listens = false;
    // Whether it is in sight, what it has left for when it comes back, by which port, and whether it has to stay.
    #visible = false;
    #away = "";
    #port = null;
    #stays = false;
    // When it is too late for it to be ready, and why it is not.
    #late = 0;
    #lacks = null;
    // The line that says that it is not there yet.
    #tardy = null;
    // What it is to be told as soon as it does, in order.
    #queued = [];
    #last = null;
    #stated = null;
    #reasons = new Set();
    #seen = null;
    #own = "";
    #begun = false;
    // Who waits for results, by the number of the question.
    #questions = 0;
    #waiting = new Map();
    #hear = (event) => this.#heard(event);

    connectedCallback() {
      this.#lacks = null;
      this.style.display ||= "block";
      try {
        this.#here = folder(this);
      } catch {
        return this.#lack("src", this.getAttribute("src") ?? globalThis.tunescapeBase);
      }
      if (!this.#here) return this.#lack("place");
      const width = this.getAttribute("width");
      if (width) {
        this.style.width ||= Number(width) > 0 ? `${Number(width)}px` : width;
        this.style.maxWidth ||= "100%";
      }
      this.#frame = document.createElement("iframe");
      this.#frame.setAttribute("sandbox", "allow-scripts");
      this.#frame.title = "Tunescape";
      // What its copy buttons ask for. A sandboxed frame has no origin that could be named.
      this.#frame.allow = "clipboard-write *";
      if (this.hasAttribute("credentialless") || self.crossOriginIsolated) this.#frame.credentialless = true;
      Object.assign(this.#frame.style, { width: "100%", border: "0", display: "block" });
      this.#frame.style.height = `${this.#height() || 700}px`;
      this.append(this.#frame);
      addEventListener("message", this.#hear);
      this.#seen = new IntersectionObserver((entries) => this.#show(entries.at(-1).isIntersecting), { rootMargin: "200px" });
      // By the time that it comes the element may have been moved, or be gone.
      const seen = this.#seen;
      this.#fetch()
        .catch((error) => this.#seen === seen && this.#fail("lesson", this.getAttribute("lesson"), error.message))
        .finally(() => this.#seen === seen && seen.observe(this));
    }

    // In pixels; 0 where it is not given, or is nothing that a frame can have.
    #height() {
      return Math.max(0, Number(this.getAttribute("height")) || 0);
    }

    attributeChangedCallback() {
      // One that does not listen yet is asked when it does.
      if (this.#listens) this.#look();
    }

    // Has the page take the look that is asked for now, unless it was told already: the reader may have chosen since.
    #look() {
      const look = this.#asked();
      if (look === this.#told) return;
      this.#told = look;
      this.#ask({ type: "look", ...JSON.parse(look) });
    }

    #asked() {
      return JSON.stringify({ theme: this.getAttribute("theme"), lang: this.getAttribute("lang") });
    }

    // Says why there is no page, to whoever waits for one as well.
    #lack(what, ...details) {
      this.#lacks = this.#fail(what, ...details);
      this.#refuse(this.#lacks);
    }

    // It has to be ready some time from now.
    #hurry() {
      this.#calm();
      this.#late = setTimeout(() => {
        this.#lack("late", this.#here);
        this.#tardy = this.firstElementChild;
      }, PATIENCE);
    }

    // It is there, or need not be, or is waited for anew.
    #calm() {
      clearTimeout(this.#late);
      this.#tardy?.remove();
      this.#tardy = this.#lacks = null;
    }

    // Says what is wrong, above the frame and to whoever listens.
    #fail(what, ...details) {
      const chinese = (this.getAttribute("lang") ?? navigator.language).startsWith("zh");
      const reason = SAYS[chinese ? "zh" : "en"][what](...details);
      const line = document.createElement("p");
      line.setAttribute("role", "alert");
      line.textContent = reason;
      this.prepend(line);
      console.error(`tune-scape: ${reason}`);
      if (this.#isNews("failed", { reason })) this.#dispatch("failed", { reason });
      return reason;
    }

    #dispatch(type, detail) {
      this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
    }

    // The frame, whose origin is opaque, could not read a lesson's file: this page can, and its own host's only.
    async #fetch() {
      const lesson = this.getAttribute("lesson") ?? "";
      if (!isFile(lesson)) return;
      const url = new URL(lesson, document.baseURI);
      if (url.origin !== location.origin) throw new Error("another host");
      const answer = await fetch(url, { credentials: "omit", redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      this.#own = await answer.text();
    }

    disconnectedCallback() {
      removeEventListener("message", this.#hear);
      clearTimeout(this.#late);
      this.#seen?.disconnect();
      this.#frame?.remove();
      this.#frame = this.#seen = null;
      for (const line of this.querySelectorAll(":scope > [role=alert]")) line.remove();
      this.#listens = this.#visible = this.#stays = false;
      this.#count(false);
      // One that is only moved is there again by then, and answers.
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#queued = [];
        this.#refuse("The element was removed.");
      });
    }

    // Whoever waits gets no answer.
    #refuse(why) {
      for (const { reject } of this.#waiting.values()) reject(new Error(why));
      this.#waiting.clear();
    }

    // Out of sight, it is what it will come back with.
    set(state) {
      // It may be wrong in the same way.
      this.#reasons.clear();
      if (this.#frame?.hasAttribute("src")) this.#tell({ type: "set", state: link(state) });
      else {
        this.#last = beside(link(state), this.#rules());
        this.#queued = this.#queued.filter((what) => what.type !== "set");
      }
    }
    play() { this.#tell({ type: "play" }); }
    pause() { this.#tell({ type: "pause" }); }
    step() { this.#tell({ type: "step" }); }

    // Tells it at once, or as soon as it listens.
    #tell(what) {
      if (this.#listens) return this.#ask(what);
      this.#queued = [...this.#queued, what].slice(-MAX_QUEUED);
    }

    // Out of sight, or not yet there, it answers when it is ready.
    results(wanted) {
      const question = { type: "results", number: ++this.#questions, curves: Boolean(wanted?.curves) };
      return new Promise((resolve, reject) => {
        if (this.#lacks) return reject(new Error(this.#lacks));
        this.#waiting.set(question.number, { question, resolve, reject });
        this.#ask(question);
        queueMicrotask(() => this.isConnected || this.#refuse("The element is not on a page."));
      });
    }

    // An answer is for all that was asked before it.
    #answered(number, results) {
      for (const [asked, { resolve }] of this.#waiting) {
        if (asked > number) continue;
        this.#waiting.delete(asked);
        resolve(results);
      }
    }

    #address() {
      // As messages name it: of a page from disk, or in a sandbox, "null".
      const query = new URLSearchParams({ origin: self.origin, share: Tunescape.#inSight.size });
      for (const name of ["theme", "lang"]) {
        if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
      }
      const preset = this.hasAttribute("preset") ? `&preset=${encodeURIComponent(this.getAttribute("preset"))}` : "";
      const own = link(this.getAttribute("state")) + preset;
      return `${this.#here}index.html?${query}#${this.#last ?? beside(own, this.#rules())}`;
    }

    // The lesson, and what is hidden and locked.
    #rules() {
      const parts = [];
      if (this.#own) parts.push(`lesson.own=${encodeURIComponent(this.#own)}`);
      else if (this.hasAttribute("lesson") && !isFile(this.getAttribute("lesson"))) parts.push(`lesson.name=${encodeURIComponent(this.getAttribute("lesson"))}`);
      if (this.hasAttribute("limit")) {
        // What is no number the page names as it stands, and leaves out.
        const number = (text) => (text.trim() && Number.isFinite(Number(text)) ? Number(text) : text);
        const limit = (text) => text.split(":").map((part, place) => (place ? number(part) : part)).join(":");
        const limits = this.getAttribute("limit").split(/[\s,]+/).filter(Boolean).map(limit);
        if (limits.length) parts.push(`lesson.limit=${encodeURIComponent(limits.join(","))}`);
      }
      for (const name of ["hide", "lock"]) {
        if (this.hasAttribute(name)) parts.push(`lesson.${name}=${encodeURIComponent(list(this.getAttribute(name)))}`);
      }
      return parts.join("&");
    }

    #show(visible) {
      if (!this.#frame) return;
      const changed = visible !== this.#visible;
      this.#visible = visible;
      this.#count(visible);
      const shown = this.#frame.hasAttribute("src");
      if (visible && !shown) {
        this.#told = this.#begins = this.#asked();
        this.#listens = false;
        this.#frame.src = this.#address();
        this.#hurry();
      }
      if (!visible && shown && !this.#stays) this.#unload();
      else if (shown && changed) this.#ask({ type: "sight", visible });
    }

    // Each of those in sight hears how many they are, when that has changed.
    #count(visible) {
      const all = Tunescape.#inSight;
      if (visible === all.has(this)) return;
      if (visible) all.add(this);
      else all.delete(this);
      for (const one of all) one.#ask({ type: "share", of: all.size });
    }

    #unload() {
      this.#calm();
      this.#listens = false;
      // A new frame takes its place: one that is sent away by its address could go there after it was called back.
      const empty = this.#frame.cloneNode();
      empty.removeAttribute("src");
      this.#frame.replaceWith(empty);
      this.#frame = empty;
    }

    // The page is there, for the first time, once more, or loaded anew: it gets what it left, and a port by which it
    // leaves more, which no other script of this page hears.
    #recall() {
      [this.#told, this.#listens] = [this.#begins, false];
      this.#hurry();
      this.#port?.close();
      const { port1, port2 } = new MessageChannel();
      this.#port = port1;
      port1.onmessage = ({ data }) => {
        ({ away: this.#away, stays: this.#stays } = JSON.parse(data));
        if (!this.#stays && this.#frame?.hasAttribute("src")) this.#show(this.#visible);
      };
      this.#frame.contentWindow.postMessage(JSON.stringify({ type: "recall", away: this.#away }), "*", [port2]);
      this.#ask({ type: "share", of: Tunescape.#inSight.size });
      if (!this.#visible) this.#ask({ type: "sight", visible: false });
    }

    // The page listens: what was asked before went unheard; a set-up comes before what plays it.
    #ready() {
      this.#calm();
      this.#listens = true;
      this.#look();
      const queued = this.#queued.splice(0);
      const sets = (what) => what.type === "set";
      for (const what of queued.filter(sets)) this.#ask(what);
      // It comes again with other data, and after the frame was out of sight.
      if (!this.#begun && this.hasAttribute("autoplay")) this.play();
      this.#begun = true;
      for (const what of queued.filter((what) => !sets(what))) this.#ask(what);
      for (const { question } of this.#waiting.values()) this.#ask(question);
    }

    #ask(what) {
      // The frame's own origin is opaque, so no narrower target can be named; it holds nothing but what is asked of it.
      this.#frame?.contentWindow?.postMessage(JSON.stringify(what), "*");
    }

    #heard({ source, data }) {
      if (source !== this.#frame?.contentWindow || typeof data !== "string") return;
      let told;
      try {
        told = JSON.parse(data);
      } catch {
        return;
      }
      const { type, asked, ...detail } = told ?? {};
      if (type === "height" && !this.#height()) {
        this.#frame.style.height = `${Math.min(Number(detail.height) || 0, 20000)}px`;
        // As high as its content it has nothing to scroll.
        this.#frame.scrolling = "no";
      }
      if (type === "listening") this.#recall();
      if (type === "state") this.#last = String(detail.state) || DEFAULT;
      if (type === "ready") this.#ready();
      if (type === "results") this.#answered(Number(asked), detail);
      if (["ready", "state", "stepped", "finished", "goal", "results", "failed"].includes(type) && this.#isNews(type, detail)) {
        this.#dispatch(type, detail);
      }
    }

    // A page that comes back says anew what it shows, and what is wrong with that.
    #isNews(type, { state, reason }) {
      if (type === "state" && state === this.#stated) return false;
      if (type === "state") this.#stated = state;
      if (type === "failed" && this.#reasons.has(reason)) return false;
      if (type === "failed") this.#reasons.add(reason);
      return true;
    }
  }

  // Every embed on a page may bring the script.
  customElements.get("tune-scape") || customElements.define("tune-scape", Tunescape);
})();
