// The page without a network, after its first visit.
//
// Every build has a cache of its own, filled before this worker takes over, which it does when no page of an older build
// is open any more. Where there is a network it is asked first, but for what has its build in its name, so that page,
// script and data are always of one build.
"use strict";

const FILES = /*@FILES@*/;
const HOME = "tunescape " + registration.scope;
const CACHE = HOME + " @BUILD@";

addEventListener("install", (event) => {
  // Past the browser's own cache, which may hold files of an older build.
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
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
  const asked = () => fetch(request).catch(async (error) => (await kept()) ?? Promise.reject(error));
  const named = /-[0-9a-f]{16}\./.test(file);
  event.respondWith(named ? kept().then((found) => found ?? fetch(request)) : asked());
});
