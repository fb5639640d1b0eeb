'use strict';
// The contents of a long text, which follow the reader.
zhize.parts.contents = (() => {
  // A heading counts as reached a little below the window's upper edge.
  const READING_LINE = 120;

  /**
   * The last of the places that begins above a line, by bisection: laws have
   * hundreds of places.
   *
   * @param {Element[]} places in the page's order
   * @param {number} line px from the window's top
   */
  function lastAbove(places, line) {
    let from = 0, until = places.length;
    while (from < until) {
      const middle = (from + until) >> 1;
      if (places[middle].getBoundingClientRect().top <= line) from = middle + 1;
      else until = middle;
    }
    return from - 1;
  }

  /** @param {Element} nav */
  function start(nav) {
    const pairs = Array.from(nav.querySelectorAll('a[href^="#"]'), link => ({
      link, place: document.getElementById(/** @type {string} */ (link.getAttribute('href')).slice(1)),
    })).filter(pair => pair.place);
    const places = pairs.map(pair => /** @type {Element} */ (pair.place));
    /** @type {Element | null} */
    let current = null;
    let asked = 0;
    const follow = () => {
      asked = 0;
      const at = lastAbove(places, READING_LINE);
      const link = at < 0 ? null : pairs[at].link;
      if (link === current) return;
      if (current) current.removeAttribute('aria-current');
      if (link) link.setAttribute('aria-current', 'true');
      current = link;
      // Scrolls only the list itself, and only where it stands beside the text.
      if (link && nav.scrollHeight > nav.clientHeight && !nav.contains(document.activeElement)) {
        const box = nav.getBoundingClientRect(), own = link.getBoundingClientRect();
        if (own.top < box.top || own.bottom > box.bottom) nav.scrollTop += own.top - box.top - box.height / 2;
      }
    };
    window.addEventListener('scroll', () => { if (!asked) asked = requestAnimationFrame(follow); }, { passive: true });
    follow();
  }

  const nav = document.querySelector('.contents');
  if (nav) start(nav);
  // Long contents are open where they stand beside the text.
  for (const fold of Array.from(document.querySelectorAll('details[data-open-when-wide]'))) {
    /** @type {HTMLDetailsElement} */ (fold).open = matchMedia('(min-width: 64rem)').matches;
  }
  return { lastAbove, start };
})();
