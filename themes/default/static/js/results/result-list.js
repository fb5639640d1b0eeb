'use strict';
// The list of results, and what readers can ask of each result.
zhize.parts.resultList = (() => {
  const { make, setAttributes } = zhize.parts.dom;
  const { messageOf } = zhize.parts.loader;
  const { forQuery, makeExplanation, makeHit, makePlace, withoutParts } = zhize.parts.results;
  const { client } = zhize.parts;

  /**
   * Asks for one hit again, with more details.
   *
   * @param {SearchHit} hit
   * @param {SearchState} asked
   * @param {number} at its place in the list
   * @param {SearchOptions} options
   * @param {(hit: SearchHit) => (Node | string)[]} show
   */
  async function askAgain(hit, asked, at, options, show) {
    try {
      const result = await client.ask(asked.query, { ...asked, limit: 1, offset: at, ...options });
      if (!result || !result.hits.length || result.hits[0].id !== hit.id) return [word('search.site_changed')];
      return show(withoutParts(result.hits[0], result));
    } catch (error) {
      return [messageOf(error)];
    }
  }

  /** @param {SearchHit} hit @param {SearchState} asked @param {number} at */
  async function findMore(hit, asked, at) {
    // A small index sends the best places with the hit.
    if (hit.further === (hit.more || []).length) return hit.more.map(place => makePlace(hit, place));
    return askAgain(hit, asked, at, { more: true }, ({ more, further }) => {
      const places = more.map(place => makePlace(hit, place));
      return further > more.length ? [...places, make('p', 'hit-more', word('search.see_page', { n: further - more.length }))] : places;
    });
  }

  /**
   * @param {SearchHit} hit
   * @param {SearchState} asked
   * @param {number} at
   * @param {number} total of documents that match the query
   */
  const explain = (hit, asked, at, total) => askAgain(hit, asked, at, { explain: true }, found => {
    const why = hit.group === 'reference' ? word('search.why_article')
      : hit.group === 'title' ? word('search.why_title')
      : at < total ? word('search.why_score') : word('search.why_part');
    return [make('p', '', why), makeExplanation(found)];
  });

  /**
   * What brings further results. Of those that remain, only entries are
   * counted; there may be none.
   *
   * @param {number} entries
   */
  const moreInWords = entries => (entries > 0 ? word('search.more_rest', { n: entries }) : word('search.more'));

  /**
   * @param {HTMLElement} list
   * @param {HTMLButtonElement} more brings further results
   */
  function makeList(list, more) {
    let shown = 0;
    // How many of these are entries of the site: only they are counted.
    let entries = 0;
    // Whether all results that are listed unasked are shown.
    let ended = false;
    // Whether the list has reached results that match only part of the query.
    let divided = false;
    // Results found by name may match only part of the query and still come
    // first.
    let partialAbove = 0;
    function clear() {
      list.textContent = '';
      shown = 0;
      entries = 0;
      ended = false;
      divided = false;
      partialAbove = 0;
      more.hidden = true;
    }
    /**
     * @param {SearchResult} result its hits are added to the list
     * @param {SearchState} asked
     */
    function append(result, asked) {
      const { total, looser = 0, rest = 0, listed = total + looser, mode } = result;
      const hits = forQuery(result);
      list.append(...hits.map((hit, n) => {
        const at = shown + n;
        const isPartial = hit.level !== mode;
        const begins = !divided && total > 0 && at > 0 && hit.group === 'text' && isPartial;
        divided = divided || begins;
        if (isPartial && !divided && hit.type) partialAbove++;
        const divider = begins ? word('search.divider', { n: looser - partialAbove }) : '';
        return makeHit(hit, divider, { findMore: () => findMore(hit, asked, at), explain: () => explain(hit, asked, at, total) });
      }));
      shown += hits.length;
      entries += hits.filter(hit => hit.type).length;
      ended = shown >= listed || !hits.length;
      more.hidden = ended && !rest;
      more.textContent = ended ? word('search.more_weak', { n: rest }) : moreInWords(total + looser - entries);
    }
    /** @param {boolean} busy */
    const setBusy = busy => setAttributes(list, { 'aria-busy': busy });
    return { append, clear, setBusy, hasEnded: () => ended, shown: () => shown };
  }

  return { makeList };
})();
