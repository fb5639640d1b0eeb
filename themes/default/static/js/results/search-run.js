'use strict';
// Searching on the search page: from the state to results, facets and messages.
zhize.parts.searchRun = (() => {
  const { make, makeButton } = zhize.parts.dom;
  const { messageOf, onTheWay } = zhize.parts.loader;
  const { countInWords, makeNotices } = zhize.parts.notices;
  const { answer, client, facets, recent } = zhize.parts;

  const PAGE_SIZE = 10;
  // So many results fill a screen, and a browser fetches so many texts at once.
  const FIRST = 5;
  const SAY_SEARCHING_AFTER = 300;
  const SAY_SLOW_AFTER = 5000;

  /**
   * Says what a search is waiting for, while it waits.
   *
   * @param {HTMLElement} status @returns {() => void} ends that
   */
  function sayProgress(status) {
    const sayings = [
      setTimeout(() => { status.textContent = word('search.searching'); }, SAY_SEARCHING_AFTER),
      setTimeout(() => {
        status.textContent = word('search.slow', { files: Array.from(onTheWay).slice(0, 2).join(word('mark.comma')) || word('search.slow_files') });
      }, SAY_SLOW_AFTER),
    ];
    return () => sayings.forEach(clearTimeout);
  }

  /** Resolves once the page is painted. */
  const painted = () => new Promise(done => {
    requestAnimationFrame(() => setTimeout(done));
    // Hidden tabs paint no frames.
    setTimeout(done, 200);
  });

  /**
   * What the page shows about a search.
   *
   * @param {SearchPageParts} parts
   * @param {ResultList} list
   */
  function makeView({ page, status, notices, advice, column, more, answer: answers, recent: last }, list) {
    /** @param {'idle' | 'loading' | 'ready' | 'error'} name */
    function setState(name) {
      page.dataset.searchState = name;
      page.classList.remove('has-first');
      list.setBusy(name === 'loading');
    }
    function clear() {
      list.clear();
      notices.textContent = '';
      if (answers) answers.textContent = '';
      advice.hidden = true;
      page.classList.remove('has-results');
    }
    /**
     * Shows no results: nothing was asked for, or the search failed.
     *
     * @param {'idle' | 'error'} name @param {string} words
     */
    function showNone(name, words) {
      clear();
      column.textContent = '';
      status.textContent = name === 'error' ? word('fault.plain') : '';
      // Which file is at fault is for whoever mends it.
      if (words) status.append(make('small', '', words));
      if (last) recent.show(last, '');
      setState(name);
    }
    /**
     * @param {SearchResult} result @param {SearchState} state
     * @param {HTMLElement[]} found what answers the query
     */
    function begin(result, state, found) {
      clear();
      if (answers) answers.append(...found);
      list.append(result, state);
      notices.append(...makeNotices(result, state));
      page.classList.toggle('has-results', list.shown() > 0);
    }
    /** @type {typeof begin} shows the first results, while others are on their way */
    function showFirst(result, state, found) {
      begin(result, state, found);
      more.hidden = true;
      page.classList.add('has-first');
    }
    /** @type {typeof begin} */
    function showResult(result, state, found) {
      if (page.classList.contains('has-first')) list.append({ ...result, hits: result.hits.slice(list.shown()) }, state);
      else begin(result, state, found);
      advice.hidden = list.shown() > 0;
      status.textContent = countInWords(result, state.query.trim(), list.shown());
      setState('ready');
    }
    return { setState, showFirst, showNone, showResult, isReady: () => page.dataset.searchState === 'ready' };
  }

  /** @param {HTMLElement} column @param {unknown} error */
  function failFacets(column, error) {
    column.textContent = '';
    column.append(make('p', 'search-notice', word('search.no_filters') + messageOf(error)));
  }

  /**
   * Asks for results and for what answers the query, which come together, so
   * that nothing moves when the slower one comes. The first results are shown
   * before the others if these take longer.
   *
   * @param {SearchState} state @param {number} count of results
   * @param {() => boolean} live @param {number} patience
   * @param {(first: SearchResult, state: SearchState, found: HTMLElement[]) => void} showFirst
   */
  async function askFor(state, count, live, patience, showFirst) {
    const answers = answer.answer(state.query);
    let isWhole = false;
    /** @param {SearchResult} first */
    const show = async first => {
      const found = await answers;
      if (live() && !isWhole) showFirst(first, state, found);
    };
    const result = await client.ask(state.query, { ...state, limit: count }, live, patience, { limit: FIRST, show });
    const found = await answers;
    isWhole = true;
    return { result, found };
  }

  /**
   * Counts the values by which results can be filtered, but only after the
   * results are painted, so that counting never delays them.
   *
   * @param {SearchState} state @param {() => boolean} live
   * @param {(facets: SearchFacet[]) => void} show
   * @param {(error: unknown) => void} fail
   */
  async function countFacets(state, live, show, fail) {
    await painted();
    try {
      const result = await client.ask(state.query, { ...state, limit: 1, facets: true }, live);
      if (live() && result) show(result.facets || []);
    } catch (error) {
      if (live()) fail(error);
    }
  }

  /**
   * Shows further results and focuses the first of them.
   *
   * @param {SearchPageParts} parts
   * @param {ResultList} results the list of them
   * @param {SearchState} state @param {() => boolean} live
   */
  async function showMore(parts, results, state, live) {
    const { list: items, more, status } = parts;
    more.disabled = true;
    const first = items.children.length;
    try {
      const result = await client.ask(state.query, { ...state, limit: PAGE_SIZE, offset: results.shown() }, live);
      if (!live() || !result) return;
      results.append(result, state);
      const link = items.children[first] && items.children[first].querySelector('a');
      if (link) link.focus();
    } catch (error) {
      if (!live()) return;
      status.textContent = more.textContent = word('search.no_more') + messageOf(error);
    } finally {
      more.disabled = false;
    }
  }

  /** @param {HTMLElement} status @param {() => void} retry */
  const offerRetry = (status, retry) => status.append(makeButton('search-chip search-retry', word('search.retry'), retry));

  /**
   * @param {SearchPageParts} parts
   * @param {ResultList} list
   * @param {SearchSession} session
   * @param {(state: SearchState) => void} showControls
   */
  function makeRun(parts, list, session, showControls) {
    const view = makeView(parts, list);
    // Counts searches: only the answer to the latest is shown.
    let latest = 0;
    // Whether to ask also for results that have little to do with the query.
    let all = false;
    const asked = () => ({ ...session.state(), all });
    // Whether no other search has started since.
    const liveSince = (/** @type {number} */ mine) => () => mine === latest;
    /** @param {SearchFacet[]} counted */
    const showFacets = counted => {
      facets.learn(counted);
      showControls(session.state());
      facets.show(parts.column, counted, session.state().filters);
    };

    /**
     * @param {number} [count] how many documents to show
     * @param {number} [patience] ms to wait for further typing
     * @param {boolean} [everything] what has little to do with the query too
     */
    async function search(count = PAGE_SIZE, patience = 0, everything = false) {
      const live = liveSince(++latest);
      all = everything;
      const state = asked();
      showControls(state);
      if (!state.query.trim()) {
        view.showNone('idle', '');
        session.write();
        return;
      }
      view.setState('loading');
      const stopSaying = sayProgress(parts.status);
      try {
        const { result, found } = await askFor(state, count, live, patience, view.showFirst);
        if (!live() || !result) return;
        view.showResult(result, state, found);
      } catch (error) {
        if (!live()) return;
        view.showNone('error', messageOf(error));
        offerRetry(parts.status, () => { search(count); });
      } finally {
        stopSaying();
      }
      session.write();
      if (view.isReady()) countFacets(state, live, showFacets, error => failFacets(parts.column, error));
    }

    /** Shows further results; after the last, those of little relevance. */
    async function goOn() {
      if (!list.hasEnded()) return showMore(parts, list, asked(), liveSince(latest));
      const first = list.shown();
      await search(first + PAGE_SIZE, 0, true);
      const item = parts.list.children[first], link = item && item.querySelector('a');
      if (link) link.focus();
    }

    return { search, showMore: goOn, /** Whether what has little to do with the query is listed too. */ isWhole: () => all };
  }

  return { PAGE_SIZE, makeRun };
})();
