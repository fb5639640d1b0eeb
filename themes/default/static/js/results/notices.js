'use strict';
// What the page says about a search beside its results: what was meant, and how
// the query was understood.
zhize.parts.notices = (() => {
  const { make, makeLink } = zhize.parts.dom;
  const { writeState } = zhize.parts.query;
  const MOST_QUERIES = 4;

  /**
   * Prepares other people's text for a sentence: short, and without characters
   * that change the writing direction.
   *
   * @param {string} text
   */
  const shorten = text => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim().slice(0, 40);

  /**
   * A query as a link; a plain click answers it without reloading the page.
   *
   * @param {SearchState} state @param {string} query @param {boolean} [exact]
   */
  const queryLink = (state, query, exact = false) => makeLink('', writeState({ ...state, query, exact }), query);

  /**
   * @param {NonNullable<SearchResult['suggestion']>} suggestion
   * @param {SearchState} state
   */
  function makeMeant({ query, used, alternatives }, state) {
    const line = make('p', 'search-meant');
    if (used) line.append(word('search.used', { query }), queryLink(state, state.query.trim(), true), word('search.used_end'));
    (used ? [] : [query]).concat(alternatives).slice(0, MOST_QUERIES)
      .forEach((other, n) => line.append(n ? word('mark.comma') : used ? word('search.perhaps') : word('search.did_you_mean'), queryLink(state, other)));
    return line;
  }

  /** @param {SearchResult} result @param {SearchState} state */
  function makeNotices({ suggestion, notices }, state) {
    const meant = suggestion ? [makeMeant(suggestion, state)] : [];
    return meant.concat(notices.map(({ text }) => make('p', '', text)));
  }

  /**
   * The number of results, in words.
   *
   * @param {SearchResult} result @param {string} typed @param {number} shown
   */
  function countInWords({ suggestion, total, looser = 0 }, typed, shown) {
    const asked = suggestion && suggestion.used ? suggestion.query : '';
    if (!shown) return word('search.nothing', { words: shorten(asked || typed) });
    const found = !total && !looser ? word('search.found_pages', { n: shown }) : total ? word('search.found', { n: total }) + (looser ? word('search.found_looser', { n: looser }) : '') : word('search.found_part', { n: looser });
    return (asked && word('search.asked', { words: shorten(asked) })) + found;
  }

  return { countInWords, makeNotices, shorten };
})();
