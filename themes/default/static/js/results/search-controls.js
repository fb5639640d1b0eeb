'use strict';
// The controls of the search page: each shows and changes a part of the state.
zhize.parts.searchControls = (() => {
  const { makeButton, setAttributes } = zhize.parts.dom;
  const { dayWords, localDay } = zhize.parts.time;
  const { isComposing } = zhize.parts.typing;
  const { boxes } = zhize.parts.searchBox;
  const { facets, notices } = zhize.parts;

  /**
   * @param {SearchPageParts} parts
   * @param {(change: Partial<SearchState>) => void} choose
   * @param {() => SearchState} current
   */
  function makeControls({ page, chosen, column, toggle, sort, versions, asked }, choose, current) {
    const baseTitle = document.title;

    /** @param {string} key @param {string} value @param {boolean} on */
    function filter(key, value, on) {
      const { filters } = current();
      const rest = (filters[key] || []).filter(other => other !== value);
      choose({ filters: { ...filters, [key]: on ? rest.concat(value) : rest } });
    }
    /**
     * A button that removes an active filter.
     *
     * @param {string} key @param {string} value
     */
    function makeChip(key, value) {
      const label = facets.labelOf(key, value);
      const chip = makeButton('search-chip', label, () => filter(key, value, false));
      setAttributes(chip, { 'aria-label': word('search.remove_filter', { filter: label }) });
      return chip;
    }
    /** @param {SearchState} state */
    function show({ query, filters, ...state }) {
      for (const box of boxes()) {
        // Writing to a box would end the composition in it.
        if (box.value !== query && !isComposing()) box.value = query;
      }
      sort.value = state.sort;
      if (versions) versions.checked = state.versions;
      const words = notices.shorten(query);
      document.title = (words && words + ' · ') + baseTitle;
      const chips = Object.keys(filters).map(key => filters[key].map(value => makeChip(key, value))).flat();
      chosen.textContent = '';
      chosen.append(...chips);
      if (asked) asked.textContent = words && [words, ...chips.map(chip => chip.textContent), dayWords(localDay(new Date()))].join(' · ');
      page.classList.toggle('has-choices', chips.length > 0);
      toggle.textContent = chips.length ? word('search.filter_chosen', { n: chips.length }) : word('search.filter');
    }

    sort.onchange = () => choose({ sort: sort.value });
    if (versions) versions.onchange = () => choose({ versions: versions.checked });
    column.onchange = event => {
      const box = /** @type {HTMLInputElement} */ (event.target);
      filter(box.name, box.value, box.checked);
    };
    toggle.onclick = () => {
      setAttributes(toggle, { 'aria-expanded': column.classList.toggle('is-open') });
    };
    return { show };
  }

  return { makeControls };
})();
