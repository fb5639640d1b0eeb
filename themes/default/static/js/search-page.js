// The search page: from the address and the box to results, facets and states.

const PAGE_SIZE = 10;
// Typing faster than this asks for no shards in between.
const TYPING_PATIENCE = 60;
const SAY_SEARCHING_AFTER = 300;
const SAY_SLOW_AFTER = 5000;
// Servers refuse longer addresses when the page is loaded anew; behind “#” no server sees them.
const LONGEST_ADDRESS = 2000;

/** Texts of strangers in a sentence: short, and nothing that turns the direction of writing. @param {string} text */
const shorten = text => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim().slice(0, 40);

/** @param {HTMLElement} page */
function startSearchPage(page) {
  /** @param {string} name @returns {HTMLElement} */
  const part = name => {
    const found = page.querySelector(`[data-search-${name}]`);
    if (!found) throw new Error(`the search page lacks [data-search-${name}]`);
    return /** @type {HTMLElement} */ (found);
  };
  const status = part('status'), notices = part('notices'), chosenRow = part('chosen'), list = part('results');
  const facetColumn = part('facets'), facetToggle = part('facet-toggle'), advice = part('advice');
  const more = /** @type {HTMLButtonElement} */ (part('more')), sortBox = /** @type {HTMLSelectElement} */ (part('sort'));
  // Only where regulations have other texts.
  const versionsBox = /** @type {HTMLInputElement | null} */ (page.querySelector('[data-search-versions]'));
  const baseTitle = document.title;

  part('waiting').remove();
  let state = readState(readAddress());
  // Counts searches: an answer to any but the latest is never shown.
  let latest = 0;
  let shown = 0, total = 0, looser = 0;
  // Typing after a settled search begins a new entry in the history; further typing rewrites it.
  let settled = true;

  /** From a disk some browsers refuse to change “?”, so the state goes behind “#” there. */
  function readAddress() {
    return location.hash.startsWith('#?') ? location.hash.slice(1) : location.search;
  }

  /** @param {boolean} [asNew] */
  function writeAddress(asNew) {
    const address = writeState(state);
    if (address === writeState(readState(readAddress()))) return;
    const write = (asNew ? history.pushState : history.replaceState).bind(history, null, '');
    const behind = '#?' + address.slice(1);
    try {
      write(location.pathname + (address.length > LONGEST_ADDRESS ? behind : address));
    } catch {
      // Some browsers refuse hundreds of changes in a row; the results stand all the same.
      try { write(behind); } catch {}
    }
  }

  /** @param {'idle' | 'loading' | 'ready' | 'error'} name */
  function setState(name) {
    page.dataset.searchState = name;
    setAttributes(list, { 'aria-busy': name === 'loading' });
  }

  function clearResults() {
    list.textContent = notices.textContent = '';
    shown = total = looser = 0;
    more.hidden = advice.hidden = true;
    page.classList.remove('has-results');
  }

  /** @param {unknown} error */
  const messageOf = error => {
    if (!(error instanceof SearchError)) return String(error);
    // Asking again helps against much, but not against another version.
    return error.message + (error.file && error.code !== 'version' ? word('fault.try_again') : '');
  };

  /** Shows the state in every control that holds a part of it. */
  function showControls() {
    document.querySelectorAll(BOX).forEach(box => {
      const input = asBox(box);
      // Writing to a box would end the composition in it.
      if (input && input.value !== state.query && !composing) input.value = state.query;
    });
    sortBox.value = state.sort;
    if (versionsBox) versionsBox.checked = state.versions;
    const words = shorten(state.query);
    document.title = (words && words + ' · ') + baseTitle;
    const chips = [];
    for (const key of Object.keys(state.filters)) {
      for (const value of state.filters[key]) {
        const chip = make('button', 'search-chip', facetLabel(key, value));
        chip.type = 'button';
        setAttributes(chip, { 'aria-label': word('search.remove_filter', { filter: facetLabel(key, value) }) });
        chip.onclick = () => filter(key, value, false);
        chips.push(chip);
      }
    }
    chosenRow.textContent = '';
    chosenRow.append(...chips);
    page.classList.toggle('has-choices', chips.length > 0);
    facetToggle.textContent = chips.length ? word('search.filter_chosen', { n: chips.length }) : word('search.filter');
  }

  /**
   * @param {number} [count] how many documents to show
   * @param {number} [patience] ms to wait for further typing
   */
  async function search(count = PAGE_SIZE, patience = 0) {
    const mine = ++latest;
    const live = () => mine === latest;
    showControls();
    const words = state.query.trim();
    if (!words) {
      clearResults();
      facetColumn.textContent = status.textContent = '';
      setState('idle');
      writeAddress(takeEntry());
      return;
    }
    setState('loading');
    const sayings = [
      setTimeout(() => { status.textContent = word('search.searching'); }, SAY_SEARCHING_AFTER),
      setTimeout(() => {
        status.textContent = word('search.slow', { files: Array.from(onTheWay).slice(0, 2).join(word('mark.comma')) || word('search.slow_files') });
      }, SAY_SLOW_AFTER),
    ];
    try {
      const result = await runSearch(encodeRequest(state.query, { ...state, limit: count }), live, patience);
      if (!live() || !result) return;
      clearResults();
      append(result);
      notices.append(...noticesOf(result));
      advice.hidden = shown > 0;
      page.classList.toggle('has-results', shown > 0);
      const { suggestion } = result;
      const asked = suggestion && suggestion.used ? suggestion.query : '';
      status.textContent = !shown ? word('search.nothing', { words: shorten(asked || words) })
        : (asked && word('search.asked', { words: shorten(asked) })) + word('search.found', { n: total }) + (looser ? word('search.found_looser', { n: looser }) : '');
      setState('ready');
    } catch (error) {
      if (!live()) return;
      clearResults();
      facetColumn.textContent = '';
      status.textContent = messageOf(error);
      setState('error');
    } finally {
      sayings.forEach(clearTimeout);
    }
    writeAddress(takeEntry());
    if (page.dataset.searchState === 'ready') countFacets(live);
  }

  /** A query as a link, which a plain click answers without loading the page anew. @param {string} query @param {boolean} [exact] */
  const queryLink = (query, exact = false) => makeLink('', writeState({ ...state, query, exact }), query);

  /** What was meant, then how the query was taken. @param {SearchResult} result */
  function noticesOf({ suggestion, notices }) {
    const said = [];
    if (suggestion) {
      const { query, used, alternatives } = suggestion;
      const line = make('p', 'search-meant');
      if (used) line.append(word('search.used', { query }), queryLink(state.query.trim(), true), word('search.used_end'));
      (used ? [] : [query]).concat(alternatives).slice(0, 4)
        .forEach((other, n) => line.append(n ? word('mark.comma') : used ? word('search.perhaps') : word('search.did_you_mean'), queryLink(other)));
      said.push(line);
    }
    return said.concat(notices.map(({ text }) => make('p', '', text)));
  }

  /** @param {SearchResult} result */
  function append(result) {
    ({ total, looser = 0 } = result);
    const asked = state;
    list.append(...result.hits.map((hit, n) => {
      const at = shown + n;
      const divider = looser && at === total ? word('search.divider', { n: looser }) : '';
      return makeHit(hit, divider, () => findMore(hit, asked, at), () => explainHit(hit, asked, at));
    }));
    shown += result.hits.length;
    const rest = total + looser - shown;
    more.hidden = rest <= 0 || !result.hits.length;
    more.textContent = word('search.more_rest', { n: rest });
  }

  /**
   * One hit asked for again, with more.
   *
   * @param {SearchHit} hit @param {SearchState} asked @param {number} at its place in the list
   * @param {SearchOptions} options @param {(hit: SearchHit) => (Node | string)[]} show
   */
  async function askAgain(hit, asked, at, options, show) {
    try {
      const { hits = [] } = await runSearch(encodeRequest(asked.query, { ...asked, limit: 1, offset: at, ...options })) || {};
      if (!hits.length || hits[0].id !== hit.id) return [word('search.site_changed')];
      return show(hits[0]);
    } catch (error) {
      return [messageOf(error)];
    }
  }

  /** @param {SearchHit} hit @param {SearchState} asked @param {number} at */
  const findMore = (hit, asked, at) => askAgain(hit, asked, at, { more: true }, ({ more, further }) => {
    const known = hit.more ? hit.more.length : 0;
    const places = more.slice(known).map(place => makePlace(hit, place));
    return further > more.length ? [...places, make('p', 'hit-more', word('search.see_page', { n: further - more.length }))] : places;
  });

  /** @param {SearchHit} hit @param {SearchState} asked @param {number} at */
  const explainHit = (hit, asked, at) => askAgain(hit, asked, at, { explain: true }, found => {
    const why = hit.group === 'reference' ? word('search.why_article')
      : hit.group === 'title' ? word('search.why_title')
      : at < total ? word('search.why_score') : word('search.why_part');
    return [make('p', '', why), makeExplanation(found)];
  });

  /** Only once the results are painted, so that counting never delays them. @param {() => boolean} live */
  async function countFacets(live) {
    // No frame is painted in a hidden tab.
    await new Promise(done => { requestAnimationFrame(() => setTimeout(done)); setTimeout(done, 200); });
    try {
      const result = await runSearch(encodeRequest(state.query, { ...state, limit: 1, facets: true }), live);
      if (live() && result) showFacets(result.facets || []);
    } catch (error) {
      if (!live()) return;
      facetColumn.textContent = '';
      facetColumn.append(make('p', 'search-notice', word('search.no_filters') + messageOf(error)));
    }
  }

  /** @param {SearchFacet[]} facets */
  function showFacets(facets) {
    for (const { key, values } of facets) for (const { value, label } of values) facetLabels.set(key + ':' + value, label);
    showControls();
    // Rebuilt in place: what stood open stays open, and the focus stays where it was.
    const open = new Set(Array.from(facetColumn.querySelectorAll('details[open]'), fold => /** @type {HTMLElement} */ (fold).dataset.key));
    const focused = document.activeElement instanceof HTMLInputElement && facetColumn.contains(document.activeElement) ? document.activeElement : null;
    facetColumn.textContent = '';
    for (const key of FACET_KEYS) {
      const facet = facets.find(facet => facet.key === key);
      const chosen = state.filters[key] || [];
      if (facet && (facet.values.length || chosen.length)) facetColumn.append(makeFacet(facet, chosen, FACET_KEYS.indexOf(key) < 4));
    }
    facetColumn.querySelectorAll('details').forEach(fold => { fold.open = fold.open || open.has(fold.dataset.key); });
    const again = focused && Array.from(facetColumn.querySelectorAll('input')).find(box => box.name === focused.name && box.value === focused.value);
    if (again) again.focus();
  }

  /** Whether the address to be written is a new entry in the history. */
  function takeEntry() {
    const asNew = newEntry;
    newEntry = false;
    return asNew;
  }
  let newEntry = false;

  /** Something that the reader chose, rather than typed on the way to something. @param {Partial<SearchState>} change */
  function choose(change) {
    // What was typed so far keeps an entry of its own.
    writeAddress(takeEntry());
    state = { ...state, ...change };
    writeAddress(true);
    settled = true;
    search();
  }

  /** @param {string} key @param {string} value @param {boolean} on */
  function filter(key, value, on) {
    const rest = (state.filters[key] || []).filter(other => other !== value);
    choose({ filters: { ...state.filters, [key]: on ? rest.concat(value) : rest } });
  }

  onTyped = text => {
    if (text === state.query) return;
    newEntry = newEntry || (settled && state.query !== '');
    settled = false;
    state = { ...state, query: text, filters: text.trim() ? state.filters : {}, exact: false };
    search(PAGE_SIZE, TYPING_PATIENCE);
  };

  document.addEventListener('submit', event => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const box = asBox(form.querySelector(BOX));
    if (!box || event.defaultPrevented) return;
    event.preventDefault();
    choose({ query: box.value, exact: state.exact && box.value === state.query });
    // A phone's keyboard would cover the results.
    if (matchMedia('(pointer: coarse)').matches) box.blur();
  });
  sortBox.onchange = () => choose({ sort: sortBox.value });
  if (versionsBox) versionsBox.onchange = () => choose({ versions: versionsBox.checked });
  facetColumn.onchange = event => {
    const box = /** @type {HTMLInputElement} */ (event.target);
    filter(box.name, box.value, box.checked);
  };
  facetToggle.onclick = () => {
    setAttributes(facetToggle, { 'aria-expanded': facetColumn.classList.toggle('is-open') });
  };
  // Suggested queries and the examples of the help.
  page.addEventListener('click', event => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest('a[href^="?"]'));
    if (!link || withModifier(event)) return;
    event.preventDefault();
    choose(readState(link.search));
    status.scrollIntoView({ block: 'nearest' });
  });
  more.onclick = async () => {
    const mine = latest;
    const live = () => mine === latest;
    more.disabled = true;
    try {
      const result = await runSearch(encodeRequest(state.query, { ...state, limit: PAGE_SIZE, offset: shown }), live);
      if (!live() || !result) return;
      const first = list.children.length;
      append(result);
      const link = list.children[first] && list.children[first].querySelector('a');
      if (link) link.focus();
    } catch (error) {
      if (!live()) return;
      status.textContent = more.textContent = word('search.no_more') + messageOf(error);
    } finally {
      more.disabled = false;
    }
  };
  // Coming back from a result finds as many results as were shown, at the same place.
  list.addEventListener('click', event => {
    if (/** @type {Element} */ (event.target).closest('a')) history.replaceState({ shown, top: scrollY }, '');
  });
  window.addEventListener('popstate', () => {
    const next = readState(readAddress());
    if (writeState(next) === writeState(state)) return;
    state = next;
    settled = true;
    search();
  });
  document.addEventListener('keydown', event => {
    const down = event.key === 'ArrowDown';
    if (event.defaultPrevented || !(down || event.key === 'ArrowUp') || forInputMethod(event) || withModifier(event)) return;
    const inBox = asBox(document.activeElement);
    const links = page.dataset.searchState === 'ready' ? Array.from(list.querySelectorAll('a')) : [];
    const at = links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    const next = at < 0 ? (inBox && down ? links[0] : null) : down ? links[at + 1] || more : links[at - 1] || page.querySelector(BOX);
    if (!next) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (next).focus();
  });

  const kept = history.state || {};
  search(Math.max(PAGE_SIZE, Number(kept.shown) || 0)).then(() => { if (kept.top) scrollTo(0, kept.top); });
  // Ready before the first key: the engine and the index are small.
  if (!state.query) runSearch(encodeRequest('', { limit: 1 })).catch(() => {});
}

const searchPage = document.querySelector('[data-search-page]');
if (searchPage) startSearchPage(/** @type {HTMLElement} */ (searchPage));
