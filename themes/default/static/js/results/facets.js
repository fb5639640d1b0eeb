'use strict';
// Facets: what results can be filtered by, with counts.
zhize.parts.facets = (() => {
  const { make } = zhize.parts.dom;

  // Values beyond this number are folded; chosen ones are always shown.
  const VALUES_SHOWN = 8;
  // This many facets are open at first.
  const OPEN_FACETS = 4;

  /**
   * One facet: checkboxes with counts. Chosen values are listed even if the
   * engine counts none, so that they can be taken back.
   *
   * @param {SearchFacet} facet @param {string[]} chosen @param {boolean} open
   */
  function makeFacet(facet, chosen, open) {
    const values = facet.values.concat(chosen
      .filter(value => !facet.values.some(known => known.value === value))
      .map(value => ({ value, label: labelOf(facet.key, value), count: 0 })));
    const rows = values.map(({ value, label, count }) => {
      const box = make('input', '');
      box.type = 'checkbox';
      box.name = facet.key;
      box.value = value;
      box.checked = chosen.includes(value);
      return make('label', 'facet-value', box, ' ', make('span', '', label), ' ', make('span', 'facet-count', String(count)));
    });
    const shown = rows.filter((row, at) => at < VALUES_SHOWN || chosen.includes(values[at].value));
    const folded = rows.filter(row => !shown.includes(row));
    const group = make('fieldset', 'facet', make('legend', '', facet.label), ...shown);
    if (folded.length) {
      const rest = make('details', 'facet-rest', make('summary', '', word('search.other_values', { n: folded.length })), ...folded);
      rest.dataset.key = facet.key + '+';
      group.append(rest);
    }
    if (open) return group;
    const fold = make('details', 'facet-fold', make('summary', '', facet.label), group);
    fold.dataset.key = facet.key;
    fold.open = chosen.length > 0;
    return fold;
  }

  /**
   * Names of facet values, learnt as facets arrive.
   *
   * @type {Map<string, string>}
   */
  const labels = new Map();

  /** @param {string} key @param {string} value */
  const labelOf = (key, value) => labels.get(key + ':' + value) || value;

  /** @param {SearchFacet[]} facets */
  function learn(facets) {
    for (const { key, values } of facets) for (const { value, label } of values) labels.set(key + ':' + value, label);
  }

  /**
   * Shows the facets in order, rebuilt in place: open ones stay open, and the
   * focus stays where it was.
   *
   * @param {HTMLElement} column
   * @param {SearchFacet[]} facets
   * @param {Record<string, string[]>} filters
   */
  function show(column, facets, filters) {
    const open = new Set(Array.from(column.querySelectorAll('details[open]'), fold => /** @type {HTMLElement} */ (fold).dataset.key));
    const focused = document.activeElement instanceof HTMLInputElement && column.contains(document.activeElement) ? document.activeElement : null;
    const shown = facets.filter(({ key, values }) => values.length || filters[key]);
    column.textContent = '';
    column.append(...shown.map((facet, at) => makeFacet(facet, filters[facet.key] || [], at < OPEN_FACETS)));
    column.querySelectorAll('details').forEach(fold => { fold.open = fold.open || open.has(fold.dataset.key); });
    const again = focused && Array.from(column.querySelectorAll('input')).find(box => box.name === focused.name && box.value === focused.value);
    if (again) again.focus();
  }

  return { labelOf, learn, show };
})();
