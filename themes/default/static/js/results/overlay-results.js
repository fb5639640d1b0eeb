'use strict';
// The results of the search over any page: the same hits as on the search page,
// the first of them only.
zhize.parts.overlayResults = (() => {
  const { make, makeLink } = zhize.parts.dom;
  const { messageOf } = zhize.parts.loader;
  const { countInWords } = zhize.parts.notices;
  const { makeHit, forQuery } = zhize.parts.results;
  const { onTyped } = zhize.parts.searchBox;
  const { throughLinks } = zhize.parts.arrows;
  const { answer, client, recent, site } = zhize.parts;
  const MOST = 8;
  // While typing is faster than this (in ms), no shards are fetched.
  const TYPING_PATIENCE = 60;

  /** @param {HTMLInputElement} box @param {HTMLElement} place */
  function start(box, place) {
    const last = make('p', 'search-recent');
    const status = make('p', 'search-status');
    status.setAttribute('role', 'status');
    const answers = make('div', 'search-answer');
    const list = make('ol', 'search-results');
    const all = makeLink('overlay-all more', '', word('search.all_results'));
    place.append(last, status, answers, list, all);
    // Counts searches: only the answer to the latest is shown.
    let latest = 0;

    /** @param {number} [patience] */
    async function search(patience = 0) {
      const mine = ++latest, query = box.value.trim();
      const isLive = () => mine === latest;
      all.href = site.addressOf('search/index.html') + '?q=' + encodeURIComponent(query);
      recent.show(last);
      last.hidden = last.hidden || query !== '';
      if (!query) {
        show([], [], '');
        return;
      }
      try {
        const [result, found] = await Promise.all([client.ask(query, { limit: MOST }, isLive, patience), answer.answer(query)]);
        if (isLive() && result) show(forQuery(result).map(hit => makeHit(hit)), found, countInWords(result, query, result.hits.length));
      } catch (error) {
        if (isLive()) show([], [], messageOf(error));
      }
    }
    /**
     * @param {HTMLElement[]} hits @param {HTMLElement[]} found
     * @param {string} words
     */
    function show(hits, found, words) {
      list.textContent = answers.textContent = '';
      list.append(...hits);
      answers.append(...found);
      status.textContent = words;
      all.hidden = !hits.length;
    }

    onTyped(typed => { if (typed === box) search(TYPING_PATIENCE); });
    const keep = () => recent.keep(box.value);
    place.addEventListener('click', event => { if (/** @type {Element} */ (event.target).closest('.search-results a')) keep(); });
    if (box.form) box.form.addEventListener('submit', keep);
    throughLinks(box, () => Array.from(place.querySelectorAll('a')));
    search();
  }

  return { start };
})();
