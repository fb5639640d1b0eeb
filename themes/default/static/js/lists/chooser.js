'use strict';
// Compares practices that readers choose. The choice is in the address; the
// columns are made from records on the page.
zhize.parts.chooser = (() => {
  const { make, textOf } = zhize.parts.dom;
  const MOST_COLUMNS = 4;

  /**
   * The keys that an address chooses: ?pick=a,b, or #pick=a,b on a disk that
   * allows nothing else.
   *
   * @param {string} search @param {string} hash @returns {string[]}
   */
  function picked(search, hash) {
    const written = new URLSearchParams(search).get('pick') || new URLSearchParams(hash.slice(1)).get('pick') || '';
    return written.split(',').filter((key, at, all) => key && all.indexOf(key) === at);
  }

  /** @param {string[]} chosen */
  function writeAddress(chosen) {
    const state = chosen.length ? `pick=${chosen.join(',')}` : '';
    try {
      history.replaceState(null, '', location.pathname + (state && '?' + state));
    } catch {
      location.replace('#' + state);
    }
  }

  /** @param {'row' | 'col'} scope @param {(Node | string)[]} content */
  function makeHead(scope, ...content) {
    const head = make('th', '', ...content);
    head.scope = scope;
    return head;
  }

  /**
   * A row with the same fact of each record; empty if no source says anything
   * about it, because it would compare nothing.
   *
   * @param {Element[]} facts @param {string[]} names @returns {Node[]}
   */
  function makeRow(facts, names) {
    const cells = facts.map(fact => /** @type {Element} */ (fact.querySelector('dd')));
    if (cells.every(cell => cell.firstElementChild && cell.firstElementChild.matches('.unknown'))) return [];
    const label = /** @type {Element} */ (facts[0].querySelector('dt')).textContent || '';
    return [make('tr', '', makeHead('row', label), ...cells.map((cell, column) => {
      const own = make('td', '', ...cell.cloneNode(true).childNodes);
      own.setAttribute('data-label', names[column]);
      return own;
    }))];
  }

  /** @param {Element[]} records the columns */
  function makeTable(records) {
    const heads = records.map(record => /** @type {Element} */ (record.querySelector('h3')));
    const names = heads.map(textOf);
    const facts = records.map(record => Array.from(record.querySelectorAll('.fact')));
    const head = make('tr', '', make('td', ''), ...heads.map(name => makeHead('col', ...name.cloneNode(true).childNodes)));
    const body = make('tbody', '', ...facts[0].map((_, at) => makeRow(facts.map(own => own[at]), names)).flat());
    const caption = make('caption', 'visually-hidden', names.join(word('mark.comma')));
    const box = make('div', 'side-by-side-box', make('table', 'side-by-side', caption, make('thead', '', head), body));
    box.tabIndex = 0;
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', word('chooser.side_by_side'));
    return box;
  }

  /** The number of chosen practices, in words. @param {number} n */
  function countInWords(n) {
    if (n < 2) return n ? word('chooser.chosen_one') : '';
    return word('chooser.chosen', { n }) + (n === MOST_COLUMNS ? word('chooser.most') : '');
  }

  /** @param {HTMLInputElement[]} boxes @param {string[]} chosen */
  function showBoxes(boxes, chosen) {
    for (const box of boxes) {
      box.checked = chosen.includes(box.value);
      // A box that is off stays reachable and says why.
      const off = !box.checked && chosen.length >= MOST_COLUMNS;
      box.setAttribute('aria-disabled', String(off));
      /** @type {Element} */ (box.closest('label')).classList.toggle('is-off', off);
    }
  }

  /** @param {HTMLElement} chooser */
  function start(chooser) {
    /** @param {string} name @returns {HTMLElement} */
    const part = name => /** @type {HTMLElement} */ (chooser.querySelector(`[data-chooser-${name}]`));
    const place = part('table'), said = part('said'), clear = part('clear'), print = part('print');
    const boxes = /** @type {HTMLInputElement[]} */ (Array.from(chooser.querySelectorAll('input[type=checkbox]')));
    /** @type {Map<string, Element>} */
    const records = new Map(Array.from(chooser.querySelectorAll('[data-record]'), record => [record.getAttribute('data-record') || '', record]));
    /** In the order in which they were chosen. @type {string[]} */
    let chosen = [];

    const show = () => {
      const enough = chosen.length >= 2;
      place.textContent = '';
      if (enough) place.append(makeTable(chosen.map(key => /** @type {Element} */ (records.get(key)))));
      showBoxes(boxes, chosen);
      said.textContent = countInWords(chosen.length);
      clear.hidden = !chosen.length;
      print.hidden = !enough;
      document.body.classList.toggle('has-chosen', enough);
    };
    /** @param {string[]} keys */
    const choose = keys => {
      chosen = keys;
      show();
      writeAddress(chosen);
    };
    for (const box of boxes) {
      box.addEventListener('change', () => {
        if (box.checked && chosen.length >= MOST_COLUMNS) {
          box.checked = false;
          said.textContent = word('chooser.most');
          return;
        }
        choose(box.checked ? chosen.concat(box.value) : chosen.filter(key => key !== box.value));
      });
    }
    clear.addEventListener('click', () => {
      choose([]);
      boxes[0].focus();
    });
    print.addEventListener('click', () => window.print());

    const wanted = picked(location.search, location.hash);
    chosen = wanted.filter(key => records.has(key)).slice(0, MOST_COLUMNS);
    show();
    if (wanted.length > chosen.length) said.textContent += word('chooser.not_listed', { n: wanted.length - chosen.length, reason: wanted.length > MOST_COLUMNS ? word('chooser.at_most') : word('chooser.unknown') });
  }

  const chooser = /** @type {HTMLElement | null} */ (document.querySelector('[data-chooser]'));
  if (chooser && chooser.querySelector('[data-record]')) start(chooser);
  return { picked, makeTable, start };
})();
