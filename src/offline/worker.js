// The service worker of a site: what was read stays readable without a
// connection, and nothing old is shown where the new can be had. The build
// writes RELEASE, FILES, SHELL and OWN before this; see src/offline/mod.rs.
//
// Pages and the index's boot file come from the network as long as it answers.
// Files whose names tell their content come from the cache. Whatever the cache
// storage does, the site works as if there were no worker.

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const root = new URL('./', scope.location.href);
// Several sites may share an origin; a space ends the path.
const PREFIX = `zhize ${root.pathname} `;
const READ = PREFIX + 'read';
const SHELL_CACHE = PREFIX + 'shell ' + RELEASE;
const WHOLE = PREFIX + 'whole ';
// In a cache of the whole site, put there last of all.
const COMPLETE = root.href + 'zhize-complete';
const KEPT_AT = 'zhize-kept-at';

const HASHED = /^assets\/[^/]+\.[0-9a-f]{8}\.\w+$|^search\/[^/]+\/[^/]+\.bin$/;
const FRESH = /\.(html|css|js|svg|png|jpe?g|gif|webp|webmanifest)$|^search\/boot\.bin$/;
// A reader with a copy doesn't wait longer than this for a page.
const PATIENCE = 6000;
const MOST_PAGES = 400;
const MOST_OTHERS = 1500;
const TRIM_EVERY = 100;

/** Pages that were answered with a copy, and when it was kept. @type {Map<string, string>} */
const answeredWithCopy = new Map();
let stored = 0;
// The reader has switched all this off: nothing is kept any more.
let leaving = false;
/** What is being kept at the moment. @type {Set<Promise<unknown>>} */
const keeping = new Set();

/** The file in the site's folder that an address means; nothing for what is not the site's. @param {string} address */
function fileOf(address) {
  const url = new URL(address);
  if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return null;
  const path = url.pathname.slice(root.pathname.length);
  const file = path === '' || path.endsWith('/') ? path + 'index.html' : path;
  // Another site may live in a folder of this one's.
  return OWN.includes(file.split('/')[0]) ? file : null;
}

/** @param {string} file */
const keyOf = file => root.href + file;

/**
 * Looks into one cache. To open it would make it where there is none.
 * @param {string} cacheName @param {string} key
 */
const keptIn = (cacheName, key) => caches.match(key, { cacheName });

/** The name of the newest copy of the whole site that is complete. */
async function wholeSite() {
  for (const name of (await caches.keys()).filter(name => name.startsWith(WHOLE)).reverse()) {
    if (await keptIn(name, COMPLETE)) return name;
  }
  return undefined;
}

/**
 * What is kept of a file. One release answers for all as far as it can: its
 * index names its pages. @param {string} file
 */
async function keptOf(file) {
  try {
    const key = keyOf(file);
    const whole = await wholeSite();
    return (whole && await keptIn(whole, key)) || await keptIn(READ, key) || await keptIn(SHELL_CACHE, key);
  } catch {
    return undefined;
  }
}

/** @param {Response} response */
const isOurs = response => response.status === 200 && (response.type === 'basic' || response.type === 'default');

/** Whether bytes are what the file's name or kind says; a damaged file is not kept. @param {string} file @param {ArrayBuffer} body @param {string} type */
async function isWhole(file, body, type) {
  const named = /^assets\/.*\.([0-9a-f]{8})\.(?!bin$)\w+$/.exec(file);
  if (named) return new DataView(await crypto.subtle.digest('SHA-256', body)).getUint32(0) === parseInt(named[1], 16);
  if (file.endsWith('.html')) return type.includes('html') && /<\/html>\s*$/.test(new TextDecoder().decode(body.slice(-64)));
  // Hosts answer a missing file with a page and 200; none of these begins with “<”.
  if (file.endsWith('.bin')) return body.byteLength > 0 && new Uint8Array(body)[0] !== 60;
  return true;
}

/** Whether an answer was kept. @param {string} file @param {Response} response @param {string} name of the cache */
async function keep(file, response, name) {
  const work = write(file, response, name);
  keeping.add(work);
  try {
    return await work;
  } finally {
    keeping.delete(work);
  }
}

/** @param {string} file @param {Response} response @param {string} name */
async function write(file, response, name) {
  const headers = new Headers(response.headers);
  // The body is unpacked already.
  ['content-encoding', 'content-length', 'transfer-encoding'].forEach(header => headers.delete(header));
  headers.set(KEPT_AT, new Date().toISOString());
  const body = await response.arrayBuffer();
  if (!await isWhole(file, body, headers.get('content-type') || '') || leaving) return false;
  // A new response, since one that was redirected may not answer a navigation.
  await (await caches.open(name)).put(keyOf(file), new Response(body, { headers }));
  return true;
}

/** Keeps an answer beside the page's own use of it. @param {FetchEvent} event @param {string} file @param {Response} response */
function keepBeside(event, file, response) {
  if (!isOurs(response)) return;
  const copy = response.clone();
  event.waitUntil((async () => {
    if (!await keep(file, copy, READ)) return;
    // What a page had to load anew was damaged in the copy of the whole site too.
    if (event.request.cache === 'reload' && HASHED.test(file)) {
      const whole = await wholeSite();
      const healed = whole && await keptIn(whole, keyOf(file)) && await keptIn(READ, keyOf(file));
      if (whole && healed && !leaving) await (await caches.open(whole)).put(keyOf(file), healed);
    }
    if (++stored % TRIM_EVERY === 0) await trim();
  })().catch(() => {}));
}

/** Takes the oldest of what was read, beyond the limits. */
async function trim() {
  if (leaving || !await caches.has(READ)) return;
  const cache = await caches.open(READ);
  /** @type {[Request[], number][]} */
  const kinds = [[[], MOST_PAGES], [[], MOST_OTHERS]];
  for (const request of await cache.keys()) kinds[request.url.endsWith('.html') ? 0 : 1][0].push(request);
  for (const [requests, most] of kinds) {
    for (const request of requests.slice(0, Math.max(0, requests.length - most))) await cache.delete(request);
  }
}

/** Files whose names tell their content. @param {FetchEvent} event @param {string} file */
async function cacheFirst(event, file) {
  const anew = event.request.cache === 'reload';
  // Any cache may answer, also one that is being filled.
  const kept = await caches.match(keyOf(file)).catch(() => undefined);
  if (kept && !anew) return kept;
  try {
    const response = await fetch(event.request);
    keepBeside(event, file, response);
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Remembers that a page is a copy, and of when, until it asks. @param {string} id @param {Response} kept */
function rememberCopy(id, kept) {
  answeredWithCopy.set(id, kept.headers.get(KEPT_AT) || '');
}

/** @param {FetchEvent} event @param {string} file */
async function networkFirst(event, file) {
  const isPage = event.request.mode === 'navigate';
  const network = fetch(event.request);
  /** @type {Promise<undefined>} */
  const patience = new Promise(done => setTimeout(done, PATIENCE, undefined));
  try {
    // An index waits as long as it takes: an old one beside new pages would answer wrongly.
    let response = isPage ? await Promise.race([network, patience]) : await network;
    if (!response || (isPage && response.status >= 500)) {
      const kept = await keptOf(file);
      if (kept) {
        network.then(late => keepBeside(event, file, late)).catch(() => {});
        rememberCopy(event.resultingClientId, kept);
        return kept;
      }
      response = await network;
    }
    keepBeside(event, file, response);
    return response;
  } catch (error) {
    const kept = await keptOf(file);
    if (isPage) {
      if (kept) rememberCopy(event.resultingClientId, kept);
      return kept || Response.redirect(`${root.href}offline/index.html?lost=${encodeURIComponent(file)}`);
    }
    // As long as the server answers at all, only it knows today's index.
    if (!kept || (file.startsWith('search/') && await isReachable())) throw error;
    if (file.startsWith('search/')) {
      // The page is there already, so it is told. (A page that is being opened
      // would keep `clients.get` waiting for the very answer.)
      const client = await scope.clients.get(event.clientId);
      if (client) client.postMessage({ copy: kept.headers.get(KEPT_AT) });
    }
    return kept;
  }
}

/** Whether the server answers, whatever it says. */
async function isReachable() {
  try {
    await fetch(scope.location.href, { method: 'HEAD', cache: 'no-store' });
    return true;
  } catch {
    return false;
  }
}

scope.addEventListener('fetch', event => {
  const { request } = event;
  // Who keeps the whole site asks past all caches, and keeps the answers itself.
  if (request.method !== 'GET' || request.cache === 'no-store' || request.headers.has('range')) return;
  const file = fileOf(request.url);
  if (file === null) return;
  if (HASHED.test(file)) event.respondWith(cacheFirst(event, file));
  else if (FRESH.test(file)) event.respondWith(networkFirst(event, file));
});

scope.addEventListener('install', event => {
  scope.skipWaiting();
  event.waitUntil(Promise.all(SHELL.map(async file => {
    // The page has loaded its style and script already.
    const response = await fetch(keyOf(file), { cache: HASHED.test(file) ? 'force-cache' : 'no-cache' });
    if (!isOurs(response) || !await keep(file, response, SHELL_CACHE)) throw new Error(file);
  })));
});

scope.addEventListener('activate', event => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter(name => name.startsWith(PREFIX + 'shell ') && name !== SHELL_CACHE);
    await Promise.all(old.map(name => caches.delete(name)));
    await trim();
    await scope.clients.claim();
    for (const client of await scope.clients.matchAll()) client.postMessage({ release: RELEASE });
  })());
});

scope.addEventListener('message', event => {
  const client = /** @type {Client} */ (event.source);
  const { ask, read, leave } = event.data;
  if (leave) {
    // Whoever waits removes the caches; what is being written would come after that.
    leaving = true;
    event.waitUntil(Promise.all([...keeping].map(work => work.catch(() => {}))).then(() => event.ports[0].postMessage(true)));
    return;
  }
  // The first page of all was there before the worker.
  const file = read && fileOf(read);
  if (file) {
    event.waitUntil(fetch(keyOf(file)).then(response => isOurs(response) && keep(file, response, READ)).catch(() => {}));
  }
  if (ask) {
    event.waitUntil((async () => {
      const whole = await wholeSite().catch(() => undefined);
      const mark = whole && await keptIn(whole, COMPLETE);
      client.postMessage({ state: { release: RELEASE, files: FILES, whole: mark ? await mark.json() : null, copy: answeredWithCopy.get(client.id) } });
    })());
  }
});
