// The service worker of a site. Pages that were read stay readable without a
// connection, and no old copy is shown where the new version can be fetched.
// The build writes RELEASE, FILES, SHELL and OWN at the top; see
// src/offline/mod.rs.
//
// Pages and the index's boot file come from the network as long as it answers.
// Files with a hash in their names come from the cache. If cache storage fails,
// the site works as if there were no worker.

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const root = new URL('./', scope.location.href);
// Several sites may share an origin; the space marks the end of the path.
const PREFIX = `zhize ${root.pathname} `;
const READ = PREFIX + 'read';
const SHELL_CACHE = PREFIX + 'shell ' + RELEASE;
const WHOLE = PREFIX + 'whole ';
// Written last into a cache of the whole site: marks it as complete.
const COMPLETE = root.href + 'zhize-complete';
const KEPT_AT = 'zhize-kept-at';

const HASHED = /^assets\/[^/]+\.[0-9a-f]{8}\.\w+$|^search\/[^/]+\/[^/]+\.bin$/;
const FRESH = /\.(html|css|js|svg|png|jpe?g|gif|webp|webmanifest)$|^search\/boot\.bin$/;
// A reader who has a copy waits no longer than this (in ms) for a page.
const PATIENCE = 6000;
const MOST_PAGES = 400;
const MOST_OTHERS = 1500;
const TRIM_EVERY = 100;

/**
 * Clients whose page was answered from a copy, and when that copy was kept.
 *
 * @type {Map<string, string>}
 */
const answeredWithCopy = new Map();
let stored = 0;
// Set once the reader has switched this off: nothing is kept any more.
let leaving = false;
/** Writes to a cache that are still running. @type {Set<Promise<unknown>>} */
const keeping = new Set();

/**
 * The file that an address means; null if it is not part of this site.
 *
 * @param {string} address
 */
function fileOf(address) {
  const url = new URL(address);
  if (url.origin !== root.origin || !url.pathname.startsWith(root.pathname)) return null;
  const path = url.pathname.slice(root.pathname.length);
  const file = path === '' || path.endsWith('/') ? path + 'index.html' : path;
  // Another site may lie in a folder below this one.
  return OWN.includes(file.split('/')[0]) ? file : null;
}

/** @param {string} file */
const keyOf = file => root.href + file;

/**
 * Looks a key up in one cache. `caches.open` would create a missing cache.
 * @param {string} cacheName @param {string} key
 */
const keptIn = (cacheName, key) => caches.match(key, { cacheName });

/** The name of the newest complete copy of the whole site. */
async function wholeSite() {
  for (const name of (await caches.keys()).filter(name => name.startsWith(WHOLE)).reverse()) {
    if (await keptIn(name, COMPLETE)) return name;
  }
  return undefined;
}

/**
 * The kept copy of a file. As many files as possible come from one release, the
 * copy of the whole site, because its index names its pages.
 *
 * @param {string} file
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

/**
 * Whether the bytes match what the file's name or type promises. Damaged files
 * are not kept.
 *
 * @param {string} file @param {ArrayBuffer} body @param {string} type
 */
async function isWhole(file, body, type) {
  const named = /^assets\/.*\.([0-9a-f]{8})\.(?!bin$)\w+$/.exec(file);
  if (named) return new DataView(await crypto.subtle.digest('SHA-256', body)).getUint32(0) === parseInt(named[1], 16);
  if (file.endsWith('.html')) return type.includes('html') && /<\/html>\s*$/.test(new TextDecoder().decode(body.slice(-64)));
  // Hosts answer a missing file with a page and status 200; no .bin file begins
  // with “<”.
  if (file.endsWith('.bin')) return body.byteLength > 0 && new Uint8Array(body)[0] !== 60;
  return true;
}

/**
 * Keeps a response; resolves to whether it was kept.
 *
 * @param {string} file
 * @param {Response} response
 * @param {string} name of the cache
 */
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
  // The body is decompressed already.
  ['content-encoding', 'content-length', 'transfer-encoding'].forEach(header => headers.delete(header));
  headers.set(KEPT_AT, new Date().toISOString());
  const body = await response.arrayBuffer();
  if (!await isWhole(file, body, headers.get('content-type') || '') || leaving) return false;
  // A new response, because a redirected one may not answer a navigation.
  await (await caches.open(name)).put(keyOf(file), new Response(body, { headers }));
  return true;
}

/**
 * Keeps a copy of a response while the page uses it.
 *
 * @param {FetchEvent} event @param {string} file @param {Response} response
 */
function keepBeside(event, file, response) {
  if (!isOurs(response)) return;
  const copy = response.clone();
  event.waitUntil((async () => {
    if (!await keep(file, copy, READ)) return;
    // A file that a page had to reload is damaged in the copy of the whole site
    // too: replace it there.
    if (event.request.cache === 'reload' && HASHED.test(file)) {
      const whole = await wholeSite();
      const healed = whole && await keptIn(whole, keyOf(file)) && await keptIn(READ, keyOf(file));
      if (whole && healed && !leaving) await (await caches.open(whole)).put(keyOf(file), healed);
    }
    if (++stored % TRIM_EVERY === 0) await trim();
  })().catch(() => {}));
}

/** Deletes the oldest entries beyond the limits. */
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

/**
 * Answers files with a hash in their names from the cache, else from the
 * network.
 *
 * @param {FetchEvent} event @param {string} file
 */
async function cacheFirst(event, file) {
  const anew = event.request.cache === 'reload';
  // Any cache may answer, even one that is still being filled.
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

/**
 * Remembers that a page was answered from a copy, and when that copy was kept,
 * until the page asks.
 *
 * @param {string} id @param {Response} kept
 */
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
    // An index is waited for without limit: an old one beside new pages would
    // give wrong answers.
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
    // As long as the server answers at all, only it knows the current index.
    if (!kept || (file.startsWith('search/') && await isReachable())) throw error;
    if (file.startsWith('search/')) {
      // The page exists already, so it can be told. (For a page that is still
      // being opened, `clients.get` would wait for this very response.)
      const client = await scope.clients.get(event.clientId);
      if (client) client.postMessage({ copy: kept.headers.get(KEPT_AT) });
    }
    return kept;
  }
}

/** Whether the server answers at all, with whatever status. */
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
  // A page that keeps the whole site bypasses all caches and stores the
  // responses itself.
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
    // The sender deletes the caches after this answer, so writes under way must
    // end first.
    leaving = true;
    event.waitUntil(Promise.all([...keeping].map(work => work.catch(() => {}))).then(() => event.ports[0].postMessage(true)));
    return;
  }
  // The very first page was loaded before the worker existed.
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
