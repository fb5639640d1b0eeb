'use strict';
// What is in force today and on any other day. Pages hold only dates: what
// follows from them changes without a rebuild of the site.
zhize.parts.versions = (() => {
  const { beijingDay, dayWords, readDay } = zhize.parts.time;
  const { bare } = zhize.parts.address;

  /**
   * ISO days that the build wrote on an element; `until` is exclusive.
   *
   * @typedef {{ from?: string, until?: string, ending?: string }} Dates
   */

  /** @type {Record<string, string>} */
  const STATES = { repealed: word('state.repealed'), amended: word('state.amended'), 'in-force': word('state.in_force'), future: word('state.future') };

  /**
   * The state of a text on a day; empty if its dates don't tell.
   *
   * @param {Dates} dates @param {string} day
   */
  function stateOn({ from, until, ending }, day) {
    if (until && until <= day) return ending === 'repealed' ? 'repealed' : 'amended';
    if (!from) return '';
    return from <= day ? 'in-force' : 'future';
  }

  /** @param {HTMLElement} element */
  const datesOf = element => /** @type {Dates} */ (element.dataset);

  /** Writes the current state of each text beside its dates. */
  function sayStates() {
    const today = beijingDay(Date.now());
    for (const element of Array.from(document.querySelectorAll('[data-validity],[data-version]'))) {
      const state = stateOn(datesOf(/** @type {HTMLElement} */ (element)), today);
      const place = /** @type {HTMLElement | null} */ (element.querySelector('[data-validity-state]'));
      if (place && state) {
        place.textContent = STATES[state];
        place.classList.add('is-' + state);
        place.hidden = false;
      }
    }
  }

  /**
   * @param {HTMLElement} section the texts of a regulation, the newest first
   */
  function textsOf(section) {
    const rows = /** @type {HTMLElement[]} */ (Array.from(section.querySelectorAll('[data-version]')));
    const oldest = rows[rows.length - 1];
    /**
     * The newest text that began on the day or before it.
     *
     * @param {string} day
     */
    const rowOn = day => rows.find(row => (row.dataset.from || '') <= day);
    /** Why no text was in force; empty when one was. @param {string} day */
    const noneOn = day => {
      const row = rowOn(day);
      if (!row) return word('state.before_all', { day: dayWords(day), oldest: dayWords(oldest.dataset.from || '') });
      const { until, ending } = datesOf(row);
      return until && until <= day && ending === 'repealed' ? word('state.repealed_on', { day: dayWords(day) }) : '';
    };
    /** @param {HTMLElement} row @param {string} day */
    const addressOf = (row, day) => bare(/** @type {HTMLAnchorElement} */ (row.querySelector('th a')).href) + '?as-of=' + day;
    return { rowOn, noneOn, addressOf };
  }

  /**
   * Makes the form lead to the text of a day.
   *
   * @param {HTMLElement} section
   * @param {ReturnType<typeof textsOf>} texts
   * @returns {HTMLInputElement | null}
   */
  function startForm(section, { rowOn, noneOn, addressOf }) {
    const form = /** @type {HTMLFormElement | null} */ (section.querySelector('[data-as-of]'));
    const box = form && form.querySelector('input');
    const answer = form && form.querySelector('[role=status]');
    if (!form || !box || !answer) return null;
    form.hidden = false;
    form.addEventListener('submit', event => {
      event.preventDefault();
      const day = readDay(box.value);
      const none = day ? noneOn(day) : word('state.write_a_day');
      answer.textContent = none;
      const row = !none && rowOn(day);
      if (row) location.href = addressOf(row, day);
    });
    return box;
  }

  /** @param {HTMLElement} section the texts of a regulation */
  function start(section) {
    const texts = textsOf(section);
    const box = startForm(section, texts);
    // An address that asks for the text of a day: somebody's link, or the
    // form's.
    const day = readDay(new URLSearchParams(location.search).get('as-of'));
    const said = /** @type {HTMLElement | null} */ (document.querySelector('[data-as-of-said]'));
    if (!day || !said) return;
    if (box) box.value = day;
    const none = texts.noneOn(day);
    const row = texts.rowOn(day);
    if (!none && row && !row.classList.contains('is-here')) {
      location.replace(texts.addressOf(row, day) + location.hash);
      return;
    }
    said.hidden = false;
    said.textContent = none ? none + word('mark.stop') : word('state.this_text', { day: dayWords(day) });
  }

  sayStates();
  const section = document.querySelector('[data-versions]');
  if (section) start(/** @type {HTMLElement} */ (section));
  return { stateOn, textsOf, start };
})();
