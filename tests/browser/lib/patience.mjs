// How long tests wait. Machines are slow and busy, so anything may take a minute; but a run in which it never happens must still end.

const LONG = 60000;
const SHORT = 5000;
// A run that waits this long is broken, not slow.
const IN_VAIN = 600000;
let inVain = 0;

/** How long to wait now, in ms. */
export const patience = () => (inVain < IN_VAIN ? LONG : SHORT);

export const pause = ms => new Promise(done => setTimeout(done, ms));

/**
 * The promise's value, or an error that says what was waited for.
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
 * Asks again and again until the answer is true; for what happens in this
 * process. (A page is asked by its own `until`.)
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
