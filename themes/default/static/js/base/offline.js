'use strict';
// Keeps pages for reading without a connection: starts the service worker,
// where the site has one and the address lets it run, and shows its messages.
zhize.parts.offline = (() => {
  const { make, makeButton, makeLink } = zhize.parts.dom;
  const { momentWords, pause } = zhize.parts.time;
  const { site } = zhize.parts;

  const worker = 'offline' in site.told && !site.fromDisk && window.isSecureContext ? navigator.serviceWorker : undefined;
  const SWITCH = 'zhize-offline ' + site.root.pathname;
  /** Prefix of the names of caches with what was kept. */
  const KEPT = `zhize ${site.root.pathname} `;
  // A page that stays open checks for a new release when it is looked at again.
  const ASK_AGAIN = 3600e3;

  /** Whether this reader wants nothing kept. */
  function isOff() {
    try {
      return localStorage.getItem(SWITCH) === 'off';
    } catch {
      // Without storage the switch can't be remembered: then nothing is kept.
      return true;
    }
  }

  /**
   * Shows one line at the window's lower edge until it is closed.
   *
   * @param {string} text @param {string} [href] @param {string} [action]
   */
  function note(text, href, action) {
    const old = document.querySelector('.offline-note');
    if (old) old.remove();
    const line = make('div', 'offline-note');
    line.setAttribute('role', 'status');
    document.body.append(line);
    // Screen readers announce words that are added after the element.
    line.append(make('span', '', text));
    if (href !== undefined && action) line.append(makeLink('', href, action));
    line.append(makeButton('', word('offline.close'), () => line.remove()));
  }

  /**
   * The fingerprint of a response; empty if there is none.
   *
   * @param {Response | undefined} response
   */
  async function fingerprint(response) {
    if (!response || !response.ok) return '';
    return String(new Uint32Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer())));
  }

  /**
   * The fingerprint of a page as it was shown, taken from the copy that the
   * worker has kept since the page was opened. Empty if it keeps none.
   *
   * @param {string} page its address
   */
  async function fingerprintOfShown(page) {
    for (let wait = 1000; wait < 60000; wait *= 2) {
      await pause(wait);
      const kept = await caches.match(page, { cacheName: KEPT + 'read' });
      if (kept && Date.parse(kept.headers.get('zhize-kept-at') || '') >= performance.timeOrigin) return fingerprint(kept);
    }
    return '';
  }

  /**
   * Tells the reader if this page is different in a new release.
   *
   * @param {string} page its address @param {Promise<string>} seen
   */
  async function compare(page, seen) {
    // The shown page comes first: fetching the current page replaces the copy.
    const shown = await seen;
    const now = shown && await fetch(page, { cache: 'no-cache' }).then(fingerprint, () => '');
    if (now && now !== shown) note(word('offline.page_changed'), location.href.replace(/#.*/, ''), word('offline.reload'));
  }

  /**
   * @param {{ whole?: { release: string }, release: string, copy?: string }} state
   * what is kept
   * @param {boolean} inSite
   */
  function sayState({ whole, release, copy }, inSite) {
    if (copy) note(word('offline.copy', { when: momentWords(copy) }));
    else if (whole && whole.release !== release && inSite) note(word('offline.site_changed'), site.addressOf('offline/index.html'), word('offline.to_update'));
  }

  /** @param {ServiceWorkerContainer} worker */
  async function start(worker) {
    const page = location.origin + location.pathname.replace(/\/$/, '/index.html');
    // The page about offline use says all that itself.
    const inSite = !page.slice(site.root.href.length).startsWith('offline/');
    const had = worker.controller;
    const registration = await worker.register(site.trusted(new URL('sw.js', site.root)), { updateViaCache: 'none' });
    const seen = fingerprintOfShown(page);
    worker.addEventListener('message', ({ data }) => {
      if (data.copy) note(word('offline.copy', { when: momentWords(data.copy) }));
      if (data.release && had && inSite) compare(page, seen);
      if (data.state) sayState(data.state, inSite);
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

  /** Also deletes what pages in other windows have kept since the switch. */
  async function keepNothing() {
    for (const name of await caches.keys()) {
      if (name.startsWith(KEPT)) await caches.delete(name);
    }
  }

  if (worker) {
    // If the worker can't run, the site works as it would without.
    window.addEventListener('load', () => { (isOff() ? keepNothing() : start(worker)).catch(() => {}); });
  }
  return { note };
})();
