// Keeping pages for times without a connection: the service worker, where the
// site has one and this address lets it run, and what it has to say.

const worker = 'offline' in siteScript.dataset && !fromDisk && window.isSecureContext ? navigator.serviceWorker : undefined;
const OFFLINE_SWITCH = 'zhize-offline ' + siteRoot.pathname;
// A page that stays open asks for a new release when it is looked at again.
const ASK_AGAIN = 3600e3;

/** Whether this reader wants nothing kept. */
function offlineIsOff() {
  try {
    return localStorage.getItem(OFFLINE_SWITCH) === 'off';
  } catch {
    // No storage, no memory of the switch: then nothing is kept.
    return true;
  }
}

/** An address in the form that a policy of trusted types asks for. @param {URL} url @returns {any} */
function trusted(url) {
  const { trustedTypes } = /** @type {any} */ (window);
  return trustedTypes ? trustedTypes.createPolicy('zhize', { createScriptURL: (/** @type {string} */ text) => text }).createScriptURL(url.href) : url.href;
}

/** One line at the window's lower edge, until it is closed. @param {string} text @param {string} [href] @param {string} [action] */
function offlineNote(text, href, action) {
  const old = document.querySelector('.offline-note');
  if (old) old.remove();
  const note = document.createElement('div');
  note.className = 'offline-note';
  note.setAttribute('role', 'status');
  const close = document.createElement('button');
  close.type = 'button';
  close.textContent = word('offline.close');
  close.onclick = () => note.remove();
  document.body.append(note);
  // Words that come after the element are what a screen reader announces.
  const words = document.createElement('span');
  words.textContent = text;
  note.append(words);
  if (href !== undefined && action) {
    const link = document.createElement('a');
    link.href = href;
    link.textContent = action;
    note.append(link);
  }
  note.append(close);
}

/** @param {string} iso */
const momentWords = iso => new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' });

/** What the address answers now, as a fingerprint. @param {Response | undefined} response */
async function fingerprint(response) {
  if (!response || !response.ok) return '';
  return String(new Uint32Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer())));
}

/**
 * The fingerprint of a page as it was shown: of the copy that the worker has
 * kept since it was opened, beside showing it. Nothing where it keeps none.
 *
 * @param {string} page its address
 */
async function fingerprintOfShown(page) {
  for (let wait = 1000; wait < 60000; wait *= 2) {
    await pause(wait);
    const kept = await caches.match(page, { cacheName: `zhize ${siteRoot.pathname} read` });
    if (kept && Date.parse(kept.headers.get('zhize-kept-at') || '') >= performance.timeOrigin) return fingerprint(kept);
  }
  return '';
}

/** @param {ServiceWorkerContainer} worker */
async function startOffline(worker) {
  const page = location.origin + location.pathname.replace(/\/$/, '/index.html');
  const inSite = !/^\/offline\//.test('/' + page.slice(siteRoot.href.length));
  const had = worker.controller;
  const registration = await worker.register(trusted(new URL('sw.js', siteRoot)), { updateViaCache: 'none' });
  const seen = fingerprintOfShown(page);
  worker.addEventListener('message', async ({ data }) => {
    if (data.copy) offlineNote(word('offline.copy', { when: momentWords(data.copy) }));
    if (data.release && had && inSite) {
      // First what was shown: asking for the page as it is now replaces the copy.
      const shown = await seen;
      const now = shown && await fetch(page, { cache: 'no-cache' }).then(fingerprint, () => '');
      if (now && now !== shown) offlineNote(word('offline.page_changed'), location.href.replace(/#.*/, ''), word('offline.reload'));
    }
    if (data.state) {
      const { whole, release, copy } = data.state;
      if (copy) offlineNote(word('offline.copy', { when: momentWords(copy) }));
      else if (whole && whole.release !== release && inSite) offlineNote(word('offline.site_changed'), new URL('offline/index.html', siteRoot).href, word('offline.to_update'));
    }
  });
  worker.startMessages();
  const { active } = await worker.ready;
  if (!active) return;
  active.postMessage(had ? { ask: true } : { ask: true, read: page });
  let asked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - asked < ASK_AGAIN) return;
    asked = Date.now();
    registration.update().catch(() => {});
  });
}

/** What a page in another window had kept since the switch goes too. */
async function keepNothing() {
  for (const name of await caches.keys()) {
    if (name.startsWith(`zhize ${siteRoot.pathname} `)) await caches.delete(name);
  }
}

if (worker) {
  // Where it can't run, the site is as it would be without.
  window.addEventListener('load', () => { (offlineIsOff() ? keepNothing() : startOffline(worker)).catch(() => {}); });
}
