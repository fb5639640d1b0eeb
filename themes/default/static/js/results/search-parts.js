'use strict';
// The parts of the search page that its template marks.
zhize.parts.searchParts = (() => {
  /** @param {HTMLElement} page */
  function partsOf(page) {
    /** @param {string} name @returns {HTMLElement} */
    const part = name => {
      const found = page.querySelector(`[data-search-${name}]`);
      if (!found) throw new Error(`the search page lacks [data-search-${name}]`);
      return /** @type {HTMLElement} */ (found);
    };
    return {
      page,
      /** Says that no script runs, until one does. */
      waiting: part('waiting'),
      status: part('status'),
      notices: part('notices'),
      advice: part('advice'),
      /** The active filters. */
      chosen: part('chosen'),
      /**
       * The facets, and the button that shows them where they have no room
       * beside the results.
       */
      column: part('facets'),
      toggle: part('facet-toggle'),
      list: part('results'),
      more: /** @type {HTMLButtonElement} */ (part('more')),
      sort: /** @type {HTMLSelectElement} */ (part('sort')),
      /**
       * What answers the query, and earlier queries; older templates have no
       * room for them.
       */
      answer: /** @type {HTMLElement | null} */ (page.querySelector('[data-search-answer]')),
      recent: /** @type {HTMLElement | null} */ (page.querySelector('[data-search-recent]')),
      /** Says on paper what was searched for. */
      asked: /** @type {HTMLElement | null} */ (page.querySelector('[data-search-asked]')),
      /** Exists only where regulations have other texts. */
      versions: /** @type {HTMLInputElement | null} */ (page.querySelector('[data-search-versions]')),
    };
  }

  return { partsOf };
})();
