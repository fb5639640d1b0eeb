// How long tests wait. Machines are slow and busy, so anything expected may
// take a minute; a run in which nothing happens must end nevertheless.

const LONG = 60000;
const SHORT = 5000;
// After waiting this long in vain, a run is broken rather than slow.
const IN_VAIN = 600000;
let inVain = 0;

/** How long to wait now, in ms. */
export const patience = () => (inVain < IN_VAIN ? LONG : SHORT);

export const pause = ms => new Promise(done => setTimeout(done, ms));

/**
 * Resolves to the promise's value, or rejects with an error that says what was
 * waited for.
 *
 * @template T
 * @param {string} what
 * @param {Promise<T>} promise
 * @param {number} [limit] ms
 * @returns {Promise<T>}
 */
export async function within(what, promise, limit = patience()) {
  let timer;
  const silence = new Promise((_, fail) => {
    timer = setTimeout(() => { inVain += limit; fail(new Error(`waited ${limit / 1000} s in vain: ${what}`)); }, limit);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Calls `f` until its result is true, for events in this process. (For a page,
 * use its own `until`.)
 *
 * @template T
 * @param {() => T | Promise<T>} f
 * @param {string | (() => string)} what is waited for
 * @returns {Promise<T>}
 */
export async function eventually(f, what) {
  const limit = patience();
  for (let end = Date.now() + limit, ms = 5; ; ms = Math.min(ms * 2, 50)) {
    const value = await f();
    if (value) return value;
    if (Date.now() > end) {
      inVain += limit;
      throw new Error(`waited ${limit / 1000} s in vain: ${typeof what === 'function' ? what() : what}`);
    }
    await pause(ms);
  }
}
