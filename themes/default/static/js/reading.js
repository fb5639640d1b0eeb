// Around a text: contents that follow, its link and citation, where the reader
// stopped last time.

const readingTools = document.querySelector('[data-reading-tools]');
const readingSaid = readingTools && readingTools.querySelector('[data-reading-said]');

/** @param {string} words */
function sayReading(words) {
  if (readingSaid) readingSaid.textContent = words;
}

/** Copies by hand where the clipboard is closed to pages, as it is without HTTPS. @param {string} text @returns {Promise<boolean>} */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    field.readOnly = true;
    field.className = 'visually-hidden';
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    document.body.append(field);
    field.select();
    let done = false;
    try { done = document.execCommand('copy'); } catch {}
    field.remove();
    if (before) before.focus({ preventScroll: true });
    return done;
  }
}

/** 2026-11-22 by the reader's own calendar. @param {Date} now */
const localDay = now => `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;

/** The page's own address, without what a search put behind it. */
const pageAddress = () => location.href.replace(/[?#].*$/, '');

if (readingTools) {
  // GB/T 7714 asks for the day of access and the address: known only now.
  for (const place of Array.from(document.querySelectorAll('[data-cite-day]'))) place.textContent = `[${localDay(new Date())}]`;
  for (const place of Array.from(document.querySelectorAll('[data-cite-address]'))) {
    if (!place.textContent) place.textContent = `${pageAddress()}.`;
  }
  readingTools.addEventListener('click', async event => {
    const button = /** @type {Element} */ (event.target).closest('[data-copy],[data-print]');
    if (!button) return;
    if (button.hasAttribute('data-print')) {
      window.print();
      return;
    }
    const what = button.getAttribute('data-copy');
    const source = what ? document.getElementById(what) : null;
    const text = source ? (source.textContent || '').replace(/\s+/g, ' ').trim() : pageAddress();
    const name = source ? word('law.citation') : word('law.link');
    if (await copyText(text)) {
      sayReading(word('reading.copied', { what: name }));
    } else {
      if (source) getSelection()?.selectAllChildren(source);
      sayReading(source ? word('reading.copy_selected') : word('reading.copy_shown', { text }));
    }
  });
}

// On paper, where a text comes from: its address is known only to the browser.
window.addEventListener('beforeprint', () => {
  for (const place of Array.from(document.querySelectorAll('[data-print-address]'))) {
    if (/^https?:$/.test(location.protocol) && !place.textContent) place.textContent = word('document.address', { address: pageAddress() });
  }
  for (const place of Array.from(document.querySelectorAll('[data-print-day]'))) place.textContent = word('reading.printed', { date: dayWords(localDay(new Date())) });
});

/** The last of places that begins above a line, by halving: laws have hundreds. @param {Element[]} places in the page's order @param {number} line px from the window's top */
function lastAbove(places, line) {
  let from = 0, until = places.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if (places[middle].getBoundingClientRect().top <= line) from = middle + 1;
    else until = middle;
  }
  return from - 1;
}

const contentsNav = document.querySelector('.contents');
if (contentsNav) {
  const pairs = Array.from(contentsNav.querySelectorAll('a[href^="#"]'), link => ({
    link, place: document.getElementById(/** @type {string} */ (link.getAttribute('href')).slice(1)),
  })).filter(pair => pair.place);
  const places = pairs.map(pair => /** @type {Element} */ (pair.place));
  /** @type {Element | null} */
  let current = null;
  let asked = 0;
  const follow = () => {
    asked = 0;
    const at = lastAbove(places, 120);
    const link = at < 0 ? null : pairs[at].link;
    if (link === current) return;
    if (current) current.removeAttribute('aria-current');
    if (link) link.setAttribute('aria-current', 'true');
    current = link;
    // Only the list itself moves, and only where it stands beside the text.
    if (link && contentsNav.scrollHeight > contentsNav.clientHeight && !contentsNav.contains(document.activeElement)) {
      const box = contentsNav.getBoundingClientRect(), own = link.getBoundingClientRect();
      if (own.top < box.top || own.bottom > box.bottom) contentsNav.scrollTop += own.top - box.top - box.height / 2;
    }
  };
  window.addEventListener('scroll', () => { if (!asked) asked = requestAnimationFrame(follow); }, { passive: true });
  follow();
}

// Where the reader stopped: kept when leaving, offered on coming back.
const KEPT_PLACES = 40;
const longText = /** @type {HTMLElement | null} */ (document.querySelector('.document-main'));
if (longText && readingTools) {
  const key = 'zhize.places';
  /** Path, anchor, words of each; the last read first. @returns {string[][]} */
  const kept = () => {
    const places = recall(key);
    return Array.isArray(places) ? places.filter(place => Array.isArray(place) && place.every(part => typeof part === 'string')) : [];
  };
  const own = location.pathname;
  const anchored = Array.from(longText.querySelectorAll('.prose [id], .law [id]'));
  const keep = () => {
    if (longText.offsetHeight < 2 * innerHeight) return;
    const others = kept().filter(([path]) => path !== own);
    const at = lastAbove(anchored, 90);
    const finished = longText.getBoundingClientRect().bottom < innerHeight;
    if (at >= 0 && scrollY > innerHeight / 2 && !finished) {
      const place = anchored[at];
      const label = place.querySelector('.law-label');
      const words = ((label || place).textContent || '').trim().slice(0, 20);
      others.unshift([own, place.id, words]);
    }
    remember(key, others.slice(0, KEPT_PLACES));
  };
  window.addEventListener('pagehide', keep);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') keep(); });

  const last = kept().find(([path]) => path === own);
  const target = last && document.getElementById(last[1]);
  const [entry] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType('navigation'));
  // Going back, browsers find the place by themselves; a link knows its own.
  if (target && !location.hash && !location.search && !(entry && /back|reload/.test(entry.type))) {
    const bar = make('p', 'resume', make('span', '', word('reading.last_at', { place: last[2] })));
    bar.setAttribute('role', 'status');
    const go = make('button', '', word('reading.go_on'));
    const no = make('button', '', word('reading.no'));
    go.type = no.type = 'button';
    go.onclick = () => {
      bar.remove();
      target.scrollIntoView();
      target.setAttribute('tabindex', '-1');
      target.focus({ preventScroll: true });
    };
    no.onclick = () => {
      bar.remove();
      remember(key, kept().filter(([path]) => path !== own));
    };
    bar.append(go, no);
    document.body.append(bar);
  }
}
