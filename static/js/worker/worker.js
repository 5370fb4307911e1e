// The service worker: what was read opens again without a line. The network comes first, and nothing is fetched that nobody asked for.
// VERSION and OFFLINE stand before it, in templates/site/sw.js.
const SCOPE = registration.scope;
// Each release has a cache of its own, so that no page meets the files of another. Caches are the origin's: a site in another folder has others.
const NAME = SCOPE + " " + VERSION;
// The front page, labels, pages of the site, articles; and what has another name when its content changes. All else is never kept.
const PAGE = /^($|\?|label|p\/|\d+\/)/;
const FILE = /^(static|pictures)/;
const pathOf = (url) => url.split(SCOPE)[1];
// A browser may forbid its storage: then the network is all that there is.
const kept = (request, options) => caches.match(request, { cacheName: NAME, ...options }).catch(() => {});

const keep = async (request, response) => {
  const headers = new Headers(response.headers);
  if (response.status !== 200 || response.redirected || /no-store/.test(headers.get("cache-control"))) return;
  // Its successor may have taken the cache away.
  if (!await caches.has(NAME)) return;
  const body = await response.blob();
  headers.set("content-length", body.size);
  // Where the page's script can read it.
  headers.set("server-timing", "kept;dur=" + Date.now());
  const cache = await caches.open(NAME);
  await cache.put(request, new Response(body, { headers }));
  // Over so many bytes the oldest makes room. The release's own files are few, and each page has need of them.
  let room = 5e6;
  for (const key of (await cache.keys()).reverse()) {
    room -= (await kept(key)).headers.get("content-length");
    if (room < 0 && !/\/static\//.test(key.url)) await cache.delete(key);
  }
};

const load = (event, request, options) => {
  const network = fetch(request, options);
  event.waitUntil(network.then((response) => keep(request, response.clone())));
  return network;
};

const pageFor = async (event, request) => {
  const network = load(event, request);
  // With a query or a place it may be a comment that was just sent, which an older page has not: that is waited for.
  const late = new Promise((resolve) => { setTimeout(resolve, /[?#]/.test(request.url) ? 1e8 : 3000); });
  return await Promise.race([network, late]).catch(() => {})
    || await kept(request)
    || await kept(request, { ignoreSearch: /\.html/.test(request.url) })
    || network.catch(() => new Response(OFFLINE, { status: 503, headers: { "content-type": "text/html" } }));
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  if (request.method !== "GET" || request.referrer.startsWith(SCOPE + "admin")) return;
  if (FILE.test(path)) event.respondWith(kept(request).then((file) => file || load(event, request)));
  else if (request.mode === "navigate" && PAGE.test(path)) event.respondWith(pageFor(event, request));
});

const FREE = { cache: "only-if-cached", mode: "same-origin" };
addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith(SCOPE + " ") && name !== NAME) await caches.delete(name);
  await caches.open(NAME);
  await clients.claim();
  // The page that was open before this worker came, and its files: they are in the browser's own cache, and cost nothing.
  for (const { url } of await clients.matchAll()) if (PAGE.test(pathOf(url))) {
    const page = await load(event, url, FREE);
    const files = (await page.text()).match(/[^" ]*\/(static|pictures)\/[^"# ]+/g);
    for (const file of new Set(files)) load(event, file, FREE);
  }
})()));
addEventListener("install", () => skipWaiting());
