'use strict';
// Days as the scripts compare them, and as readers see them.
zhize.parts.time = (() => {
  /** @param {number} ms @returns {Promise<void>} */
  const pause = ms => new Promise(done => setTimeout(done, ms));

  /**
   * Today's date where the regulations are in force, whatever the reader's
   * clock is set to.
   *
   * @param {number} now ms since 1970 @returns {string} 2026-11-22
   */
  function beijingDay(now) {
    // China keeps one time, UTC+8, the year round.
    return new Date(now + 8 * 3600e3).toISOString().slice(0, 10);
  }

  /** A date by the reader's own calendar, as 2026-11-22. @param {Date} now */
  const localDay = now => `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;

  /** A day that exists, or an empty string. @param {string | null} text */
  function readDay(text) {
    const day = (text || '').trim();
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return '';
    const time = Date.parse(day + 'T00:00:00Z');
    return time === time && new Date(time).toISOString().startsWith(day) ? day : '';
  }

  /**
   * A day in words, 2026年3月1日, as the build writes it. (The browser's own
   * names of months take as long to load as a page's scripts take to run.)
   *
   * @param {string} day
   */
  function dayWords(day) {
    const [year, month, date] = day.split('-').map(Number);
    return word('date.day', { year, month: word('date.' + `month-${month}`), day: date });
  }

  /**
   * A moment in words, 2026年3月1日 08:30, in the interface's language and by the
   * reader's clock.
   *
   * @param {string} iso
   */
  const momentWords = iso => new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' });

  return { pause, beijingDay, localDay, readDay, dayWords, momentWords };
})();
