// The page without a network, after its first visit.
//
// Every build has a cache of its own, filled before this worker takes over, which it does when no page of an older build
// is open any more. Of what it serves only the page itself is asked for where there is a network: it names the script of
// its build. Data stay those of this worker's build until it is replaced.
"use strict";

const FILES = /*@FILES@*/;
const HOME = "tunescape " + registration.scope;
const CACHE = HOME + " @BUILD@";
const NAMED = /-[0-9a-f]{16}\./;

addEventListener("install", (event) => {
  // What has no build in its name may be an older build's in the browser's own cache.
  const fresh = FILES.map((file) => new Request(file, { cache: NAMED.test(file) ? "default" : "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(HOME + " ") && name !== CACHE;
  const clean = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(clean.then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const path = url.origin + url.pathname.replace(/index\.html$/, "");
  const file = FILES.find((file) => new URL(file, registration.scope).href === path);
  if (request.method !== "GET" || file === undefined) return;
  const kept = () => caches.open(CACHE).then((cache) => cache.match(file));
  const answered = (answer) => (answer.ok ? answer : Promise.reject(new Error(answer.statusText)));
  const asked = () => fetch(request).then(answered).catch(async (error) => (await kept()) ?? Promise.reject(error));
  const page = file === "./" || file.endsWith(".html");
  event.respondWith(page ? asked() : kept().then((found) => found ?? fetch(request)));
});
