'use strict';
// Where the reader stopped in a long text: saved on leaving, offered on return.
zhize.parts.resume = (() => {
  const { make, makeButton, textOf } = zhize.parts.dom;
  const { recall, remember } = zhize.parts.storage;
  const { lastAbove } = zhize.parts.contents;
  const { isReturn } = zhize.parts.address;

  const KEY = 'zhize.places';
  const KEPT_PLACES = 40;
  const READING_LINE = 90;

  /**
   * The saved places, each as path, anchor and words; last read first.
   *
   * @returns {string[][]}
   */
  function kept() {
    const places = recall(KEY);
    return Array.isArray(places) ? places.filter(place => Array.isArray(place) && place.every(part => typeof part === 'string')) : [];
  }

  /** The saved places of other pages. @param {string} own path of this page */
  const others = own => kept().filter(([path]) => path !== own);

  /**
   * @param {HTMLElement} text
   * @param {Element[]} anchored places in it that have anchors
   * @param {string} own
   */
  function keep(text, anchored, own) {
    if (text.offsetHeight < 2 * innerHeight) return;
    const places = others(own);
    const at = lastAbove(anchored, READING_LINE);
    const finished = text.getBoundingClientRect().bottom < innerHeight;
    if (at >= 0 && scrollY > innerHeight / 2 && !finished) {
      const place = anchored[at];
      places.unshift([own, place.id, textOf(place.querySelector('.law-label') || place).slice(0, 20)]);
    }
    remember(KEY, places.slice(0, KEPT_PLACES));
  }

  /**
   * @param {Element} target
   * @param {string} words what is there
   * @param {string} own
   */
  function offer(target, words, own) {
    const bar = make('p', 'resume', make('span', '', word('reading.last_at', { place: words })));
    bar.setAttribute('role', 'status');
    bar.append(makeButton('', word('reading.go_on'), () => {
      bar.remove();
      target.scrollIntoView();
      target.setAttribute('tabindex', '-1');
      /** @type {HTMLElement} */ (target).focus({ preventScroll: true });
    }), makeButton('', word('reading.no'), () => {
      bar.remove();
      remember(KEY, others(own));
    }));
    document.body.append(bar);
  }

  /** @param {HTMLElement} text */
  function start(text) {
    const own = location.pathname;
    const anchored = Array.from(text.querySelectorAll('.prose [id], .law [id]'));
    const leave = () => keep(text, anchored, own);
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') leave(); });

    const last = kept().find(([path]) => path === own);
    const target = last && document.getElementById(last[1]);
    // A link has its own place.
    if (target && !location.hash && !location.search && !isReturn()) offer(target, last[2], own);
  }

  const text = /** @type {HTMLElement | null} */ (document.querySelector('.document-main'));
  if (text && document.querySelector('[data-reading-tools]')) start(text);
  return { start };
})();
