// What is in force today, and on any other day. Pages hold dates only: what
// they mean changes without anybody building the site anew.

/** A day that exists, or nothing. @param {string | null} text */
function readDay(text) {
  const day = (text || '').trim();
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return '';
  const time = Date.parse(day + 'T00:00:00Z');
  return time === time && new Date(time).toISOString().startsWith(day) ? day : '';
}

/** 2026年3月1日, as the interface's language writes it. @param {string} day */
const dayWords = day => new Date(day).toLocaleDateString(document.documentElement.lang, { timeZone: 'UTC', dateStyle: 'long' });

/**
 * What a text is on a day; empty where its dates don't say.
 *
 * @param {{ from?: string, until?: string, ending?: string }} dates ISO days, `until` exclusive
 * @param {string} day
 */
function stateOn({ from, until, ending }, day) {
  if (until && until <= day) return ending === 'repealed' ? word('state.repealed') : word('state.amended');
  if (!from) return '';
  return from <= day ? word('state.in_force') : word('state.future');
}

/** The dates that the build wrote at an element. @param {HTMLElement} element */
const datesOf = element => /** @type {{ from?: string, until?: string, ending?: string }} */ (element.dataset);

/** @param {HTMLElement} section the texts of a regulation */
function startVersions(section) {
  const rows = /** @type {HTMLElement[]} */ (Array.from(section.querySelectorAll('[data-version]')));
  /** The newest text that begins on the day or before it. @param {string} day */
  const rowOn = day => rows.find(row => (row.dataset.from || '') <= day);
  /** @param {HTMLElement} row */
  const linkOf = row => /** @type {HTMLAnchorElement} */ (row.querySelector('th a'));
  const oldest = rows[rows.length - 1];

  /** Why no text was in force; empty when one was. @param {string} day */
  const noneOn = day => {
    const row = rowOn(day);
    if (!row) return word('state.before_all', { day: dayWords(day), oldest: dayWords(oldest.dataset.from || '') });
    return stateOn(datesOf(row), day) === word('state.repealed') ? word('state.repealed_on', { day: dayWords(day) }) : '';
  };

  const form = /** @type {HTMLFormElement | null} */ (section.querySelector('[data-as-of]'));
  const box = form && form.querySelector('input');
  const answer = form && form.querySelector('[role=status]');
  if (form && box && answer) {
    form.hidden = false;
    form.addEventListener('submit', event => {
      event.preventDefault();
      const day = readDay(box.value);
      const none = day ? noneOn(day) : word('state.write_a_day');
      answer.textContent = none;
      const row = !none && rowOn(day);
      if (row) location.href = linkOf(row).href.replace(/[?#].*$/, '') + '?as-of=' + day;
    });
  }

  // Somebody's link, or the form's: to the text of a day.
  const day = readDay(new URLSearchParams(location.search).get('as-of'));
  const said = /** @type {HTMLElement | null} */ (document.querySelector('[data-as-of-said]'));
  if (!day || !said) return;
  if (box) box.value = day;
  const none = noneOn(day);
  const row = rowOn(day);
  if (!none && row && !row.classList.contains('is-here')) {
    location.replace(linkOf(row).href.replace(/[?#].*$/, '') + '?as-of=' + day + location.hash);
    return;
  }
  said.hidden = false;
  said.textContent = none ? none + word('mark.stop') : word('state.this_text', { day: dayWords(day) });
}

const today = beijingDay(Date.now());
for (const element of Array.from(document.querySelectorAll('[data-validity],[data-version]'))) {
  const state = stateOn(datesOf(/** @type {HTMLElement} */ (element)), today);
  const place = /** @type {HTMLElement | null} */ (element.querySelector('[data-validity-state]'));
  if (place && state) {
    place.textContent = state;
    place.hidden = false;
  }
}
const versionsSection = document.querySelector('[data-versions]');
if (versionsSection) startVersions(/** @type {HTMLElement} */ (versionsSection));
