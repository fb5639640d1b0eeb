'use strict';
// What the page says about a search beside its results: what was meant, and how
// the query was understood.
zhize.parts.notices = (() => {
  const { make, makeLink } = zhize.parts.dom;
  const { writeState } = zhize.parts.query;
  const MOST_QUERIES = 4;
  // A phone shows two sentences in as many lines; the others are folded.
  const MOST_SAID = 2;

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

  /**
   * How the query was understood: the most important sentences as one
   * paragraph, the others folded.
   *
   * @param {SearchResult['notices']} notices
   */
  function makeSaid(notices) {
    if (!notices.length) return [];
    const texts = notices.map(({ text }) => text), space = word('mark.between_sentences');
    const said = make('p', '', texts.slice(0, MOST_SAID).join(space));
    const others = texts.slice(MOST_SAID);
    if (!others.length) return [said];
    const folded = make('details', 'search-others');
    folded.append(make('summary', '', word('search.other_notices', { n: others.length })), make('p', '', others.join(space)));
    return [said, folded];
  }

  /** @param {SearchResult} result @param {SearchState} state */
  function makeNotices({ suggestion, notices }, state) {
    return [...(suggestion ? [makeMeant(suggestion, state)] : []), ...makeSaid(notices)];
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
