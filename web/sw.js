// The page without a network, after its first visit.
//
// Every build has a cache of its own, filled before this worker takes over, which it does when no page of an older build
// is open any more. What has its content in its name (the script, the styles, the data) is served from there: under such
// a name there is nothing else anywhere. Everything else, the page itself above all, is asked of the network first: it
// may be of a newer build, whose files are then asked of the network too, since this worker knows none of their names.
// So a page never gets the data of another build.
"use strict";

const FILES = /*@FILES@*/;
const HOME = "tunescape " + registration.scope;
const CACHE = HOME + " @BUILD@";
const NAMED = /-[0-9a-f]{12,16}\./;

// Milliseconds after which what is kept is served instead of what a slow network has not brought.
const PATIENCE = 5000;

// Without these there is no page. A host may lack others: some serve no manifest.
const needed = (file) => file === "./" || NAMED.test(file);

addEventListener("install", (event) => {
  // What has no content in its name may be an older build's in the browser's own cache.
  const fresh = (file) => new Request(file, { cache: NAMED.test(file) ? "default" : "reload" });
  const fill = async () => {
    const cache = await caches.open(CACHE);
    const added = FILES.map((file) => cache.add(fresh(file)).catch((error) => needed(file) && Promise.reject(error)));
    await Promise.all(added);
  };
  event.waitUntil(fill());
});

addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(HOME + " ") && name !== CACHE;
  const clean = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(clean.catch(() => {}).then(() => clients.claim()));
});

// What is kept of a file; nothing where there is none, or the browser's storage fails.
async function kept(file) {
  try {
    return await (await caches.open(CACHE)).match(file);
  } catch {
    return undefined;
  }
}

async function networkFirst(request, file) {
  const asked = fetch(request);
  const slow = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const failed = Symbol("failed");
  const answer = await Promise.race([asked.catch(() => failed), slow]);
  if (answer && answer !== failed && answer.ok) return answer;
  // Without anything kept the network's own answer or failure counts, however late it comes.
  return (await kept(file)) ?? asked;
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const path = url.origin + url.pathname.replace(/index\.html$/, "");
  const file = FILES.find((file) => new URL(file, registration.scope).href === path);
  if (request.method !== "GET" || file === undefined) return;
  const serve = async () => (NAMED.test(file) ? ((await kept(file)) ?? fetch(request)) : networkFirst(request, file));
  event.respondWith(serve());
});
