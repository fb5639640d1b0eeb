'use strict';
// Queries that this device's reader has sent, so that they can be sent again.
// They are kept on this device only, and forgotten on request.
zhize.parts.recent = (() => {
  const { make, makeButton, makeLink } = zhize.parts.dom;
  const { recall, remember } = zhize.parts.storage;
  const { site } = zhize.parts;
  const KEY = 'zhize.recent';
  const MOST = 6;
  const LONGEST = 40;

  /** @returns {string[]} latest first */
  function queries() {
    const kept = recall(KEY);
    return Array.isArray(kept) ? kept.filter(query => typeof query === 'string' && query.trim() && query.length <= LONGEST).slice(0, MOST) : [];
  }

  /** @param {string} query */
  function keep(query) {
    const words = query.trim();
    if (!words || words.length > LONGEST) return;
    remember(KEY, [words, ...queries().filter(other => other !== words)].slice(0, MOST));
  }

  /**
   * Lists recent queries in `place`, which stays hidden while there are none.
   *
   * @param {HTMLElement} place
   * @param {string} page the address of the search page; empty on it
   */
  function show(place, page = site.addressOf('search/index.html')) {
    const kept = queries();
    place.textContent = '';
    place.hidden = !kept.length;
    if (!kept.length) return;
    place.append(
      make('span', 'recent-label', word('search.recent')),
      ...kept.map(query => makeLink('', page + '?q=' + encodeURIComponent(query), query)),
      makeButton('recent-forget', word('search.forget'), () => {
        remember(KEY, []);
        show(place, page);
      }));
  }

  return { keep, queries, show };
})();
