// Lets the app start offline. It knows this build's files by their hashes and nothing of what is in them; the app's
// own requests (/v1/…) never pass through here. A new version waits until the app asks for it.

const BUILD = "{{build}}";
const PREFIX = "rivulet-";
const CACHE = PREFIX + BUILD;
/** [url, integrity] of every file of this build; "/" and "/enrol.html" are the pages. */
const FILES = {{precache}};
/** Put into a cache when its worker takes over. It marks the caches that some open page may still live on. */
const IN_USE = "/in-use";

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data?.type === "use-new-version") self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/v1/") || url.pathname.startsWith("/health/")) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/assets/") || FILES.some(([path]) => path === url.pathname)) {
    event.respondWith(file(request));
  }
});

/** All files or none: half an app must not be taken for a whole one. */
async function install() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(FILES.map((entry) => keep(cache, entry)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function keep(cache, [url, integrity]) {
  // A name with a hash means the same bytes in every version: what an older one fetched is good here.
  const known = url.startsWith("/assets/") ? await caches.match(url) : undefined;
  if (known) return cache.put(url, known);
  // The integrity also keeps the page of one build from being cached with the files of another.
  const response = await fetch(url, { cache: "no-cache", integrity });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return cache.put(url, response);
}

/** Keeps this build and the one in use before it, for pages that were open when the version changed, and a later one
 * that is just being installed. */
async function activate() {
  const all = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const older = all.slice(0, all.indexOf(CACHE)); // keys() are in the order of creation
  const used = [];
  for (const name of older) {
    if (await (await caches.open(name)).match(IN_USE)) used.push(name);
  }
  const before = used.at(-1);
  await Promise.all(older.filter((name) => name !== before).map((name) => caches.delete(name)));
  await (await caches.open(CACHE)).put(IN_USE, new Response());
  await self.clients.claim(); // the first visit, too, is served offline from now on
}

/** Setting a phone up is a page of its own; every other address is the app's, which reads it. */
async function page(request) {
  const cache = await caches.open(CACHE);
  const isEnrolment = new URL(request.url).pathname.replace(/\/$/, "") === "/enrol";
  return (await cache.match(isEnrolment ? "/enrol.html" : "/")) ?? fetch(request);
}

/** This build's copy, else an older build's, else the network. */
async function file(request) {
  const own = await caches.match(request, { cacheName: CACHE });
  return own ?? (await caches.match(request)) ?? fetch(request);
}
