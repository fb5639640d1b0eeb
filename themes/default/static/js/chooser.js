// Practices of the reader's own choice, side by side. What is chosen stands in
// the address; the columns are made from the records that the page holds.

const MOST_COLUMNS = 4;

/** What an address chooses: ?pick=a,b, or #pick=a,b where a disk allows no other. @param {string} search @param {string} hash @returns {string[]} */
function picked(search, hash) {
  const written = new URLSearchParams(search).get('pick') || new URLSearchParams(hash.slice(1)).get('pick') || '';
  return written.split(',').filter((key, at, all) => key && all.indexOf(key) === at);
}

/** @param {HTMLElement} chooser */
function choosing(chooser) {
  const boxes = /** @type {HTMLInputElement[]} */ (Array.from(chooser.querySelectorAll('input[type=checkbox]')));
  const place = /** @type {Element} */ (chooser.querySelector('[data-chooser-table]'));
  const said = /** @type {Element} */ (chooser.querySelector('[data-chooser-said]'));
  const clear = /** @type {HTMLElement} */ (chooser.querySelector('[data-chooser-clear]'));
  const print = /** @type {HTMLElement} */ (chooser.querySelector('[data-chooser-print]'));
  /** @type {Map<string, Element>} */
  const records = new Map(Array.from(chooser.querySelectorAll('[data-record]'), record => [record.getAttribute('data-record') || '', record]));
  /** In the order in which they were chosen. @type {string[]} */
  let chosen = [];

  const table = () => {
    const columns = chosen.map(key => /** @type {Element} */ (records.get(key)));
    const rows = columns.map(record => Array.from(record.querySelectorAll('.fact')));
    const names = columns.map(record => (/** @type {Element} */ (record.querySelector('h3')).textContent || '').trim());
    const head = make('tr', '', make('td', ''));
    for (const record of columns) {
      const cell = make('th', '', .../** @type {Element} */ (record.querySelector('h3')).cloneNode(true).childNodes);
      cell.setAttribute('scope', 'col');
      head.append(cell);
    }
    const body = make('tbody', '');
    rows[0].forEach((fact, at) => {
      const cells = rows.map(facts => /** @type {Element} */ (facts[at].querySelector('dd')));
      // What no source says anything of compares nothing.
      if (cells.every(cell => cell.firstElementChild && cell.firstElementChild.matches('.unknown'))) return;
      const label = make('th', '', /** @type {Element} */ (fact.querySelector('dt')).textContent || '');
      label.setAttribute('scope', 'row');
      const row = make('tr', '', label);
      cells.forEach((cell, column) => {
        const own = make('td', '', ...cell.cloneNode(true).childNodes);
        own.setAttribute('data-label', names[column]);
        row.append(own);
      });
      body.append(row);
    });
    const caption = make('caption', 'visually-hidden', names.join(word('mark.comma')));
    const box = make('div', 'side-by-side-box', make('table', 'side-by-side', caption, make('thead', '', head), body));
    box.tabIndex = 0;
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', word('chooser.side_by_side'));
    return box;
  };

  /** @param {boolean} written whether the address says it already */
  const show = written => {
    place.textContent = '';
    const enough = chosen.length >= 2;
    if (enough) place.append(table());
    for (const box of boxes) {
      box.checked = chosen.includes(box.value);
      // A box that is off can still be reached and says why.
      const off = !box.checked && chosen.length >= MOST_COLUMNS;
      box.setAttribute('aria-disabled', String(off));
      /** @type {Element} */ (box.closest('label')).classList.toggle('is-off', off);
    }
    said.textContent = enough ? word('chooser.chosen', { n: chosen.length }) + (chosen.length === MOST_COLUMNS ? word('chooser.most') : '')
      : chosen.length ? word('chooser.chosen_one') : '';
    clear.hidden = !chosen.length;
    print.hidden = !enough;
    document.body.classList.toggle('has-chosen', enough);
    if (written) return;
    const state = chosen.length ? `pick=${chosen.join(',')}` : '';
    try {
      history.replaceState(null, '', location.pathname + (state && '?' + state));
    } catch {
      location.replace('#' + state);
    }
  };
  for (const box of boxes) {
    box.addEventListener('change', () => {
      if (box.checked && chosen.length >= MOST_COLUMNS) {
        box.checked = false;
        said.textContent = word('chooser.most');
        return;
      }
      chosen = box.checked ? chosen.concat(box.value) : chosen.filter(key => key !== box.value);
      show(false);
    });
  }
  clear.addEventListener('click', () => {
    chosen = [];
    show(false);
    boxes[0].focus();
  });
  print.addEventListener('click', () => window.print());
  const wanted = picked(location.search, location.hash);
  chosen = wanted.filter(key => records.has(key)).slice(0, MOST_COLUMNS);
  show(true);
  if (wanted.length > chosen.length) said.textContent += word('chooser.not_listed', { n: wanted.length - chosen.length, reason: wanted.length > MOST_COLUMNS ? word('chooser.at_most') : word('chooser.unknown') });
}

const chooserElement = /** @type {HTMLElement | null} */ (document.querySelector('[data-chooser]'));
if (chooserElement && chooserElement.querySelector('[data-record]')) choosing(chooserElement);
