'use strict';
// Fetches the files of the search: over HTTP with `fetch`; from a disk, where
// browsers refuse `fetch`, through classic scripts that call `zhizeShard`.
zhize.parts.loader = (() => {
  const { pause } = zhize.parts.time;
  const { site } = zhize.parts;

  const RETRY_AFTER = 300;
  const GIVE_UP_AFTER = 20000;

  /**
   * The modes of a request that takes the answer of the page's
   * `<link rel="preload">`. Without `crossorigin`, that link also passes from a
   * disk in silence.
   *
   * @type {RequestInit}
   */
  const LIKE_PRELOAD = { mode: 'no-cors', credentials: 'include' };

  /** The most bytes that a file may have; our largest has a fraction of it. */
  const MOST_BYTES = 16 << 20;

  /**
   * What readers are told when searching fails; `file` is the file at fault, if
   * any.
   */
  class SearchError extends Error {
    /**
     * @param {string} message
     * @param {{ file?: string, code?: string }} [about]
     */
    constructor(message, about = {}) {
      super(message);
      this.name = 'SearchError';
      this.file = about.file;
      this.code = about.code;
    }
  }

  /** Files being loaded, which a slow search can name. @type {Set<string>} */
  const onTheWay = new Set();

  /**
   * Loads one file and passes its bytes to `use`; if `use` throws, the load has
   * failed. Tries twice, the second time bypassing all caches.
   *
   * @template T
   * @param {string} stem path below the site's folder, without its ending
   * @param {string} ending of the file over HTTP
   * @param {RequestCache} cache
   * @param {(bytes: Uint8Array<ArrayBuffer>) => T | Promise<T>} use
   * @returns {Promise<T>}
   */
  async function load(stem, ending, cache, use) {
    const file = site.fromDisk ? scriptOf(stem) : stem + ending;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), GIVE_UP_AFTER);
    /** @param {RequestCache} cache */
    const attempt = async cache => use(await (site.fromDisk ? readScript(file, stem, cache, limit.signal) : readBytes(file, cache, limit.signal)));
    onTheWay.add(file);
    try {
      try {
        return await attempt(cache);
      } catch (error) {
        if (limit.signal.aborted) throw error;
        await pause(RETRY_AFTER);
        return await attempt('reload');
      }
    } catch (error) {
      if (limit.signal.aborted) {
        throw new SearchError(word('fault.timeout', { file, n: GIVE_UP_AFTER / 1000 }), { file, code: 'timeout' });
      }
      const known = error instanceof SearchError;
      throw new SearchError(word('fault.not_fetched', { file, reason: known ? error.message : word('fault.no_connection') }), { file, code: known ? error.code : 'network' });
    } finally {
      clearTimeout(timer);
      onTheWay.delete(file);
    }
  }

  /**
   * The answer to a request for the boot file that the page's first script made
   * (`early.js`), once.
   *
   * @param {string} file
   * @param {RequestCache} cache
   * @param {AbortSignal} signal
   */
  function takeEarly(file, cache, signal) {
    const early = window.zhizeBoot;
    if (!early || file !== 'search/boot.bin' || cache !== 'no-cache') return undefined;
    delete window.zhizeBoot;
    signal.addEventListener('abort', () => early.limit.abort());
    return early.answer;
  }

  /**
   * @param {string} file
   * @param {RequestCache} cache
   * @param {AbortSignal} signal
   */
  async function readBytes(file, cache, signal) {
    const response = await (takeEarly(file, cache, signal) || fetch(site.addressOf(file), { ...LIKE_PRELOAD, cache, signal }));
    if (!response.ok) throw new SearchError(word('fault.status', { status: response.status }));
    const bytes = await bodyOf(response);
    if (!bytes.length) throw new SearchError(word('fault.empty'));
    // Hosts answer a missing file with a page and status 200; none of our files
    // begins with “<”.
    if (bytes[0] === 60) throw new SearchError(word('fault.a_page'));
    return bytes;
  }

  /**
   * Reads a body piece by piece: a few bytes may claim to be gigabytes, and a
   * body may never end.
   *
   * @param {Response} response
   */
  async function bodyOf(response) {
    const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
    const pieces = [];
    let length = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > MOST_BYTES) {
        reader.cancel().catch(() => {});
        throw new SearchError(word('fault.too_large'));
      }
      pieces.push(next.value);
    }
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  /**
   * The script that delivers a file: 32 neighbouring shards share one, which is
   * named after the first.
   *
   * @param {string} stem
   */
  const scriptOf = stem => stem.replace(/^(search\/.+\/)(.+)/, (_, group, number) => group + (parseInt(number, 16) & ~31).toString(16).padStart(2, '0')) + '.js';

  /**
   * What scripts have delivered, by name.
   *
   * @type {Map<string, () => Uint8Array<ArrayBuffer>>}
   */
  const delivered = new Map();

  /** Scripts being loaded, by their files. @type {Map<string, Promise<unknown>>} */
  const arriving = new Map();

  // Base64, or 15 bits in each character and the length in bytes.
  window.zhizeShard = (name, text, length) => {
    delivered.set(name, () => (length === undefined ? Uint8Array.from(atob(text), char => char.charCodeAt(0)) : bytesOf(text, length)));
  };

  /** @param {string} text @param {number} length */
  function bytesOf(text, length) {
    const bytes = new Uint8Array(length);
    for (let at = 0, from = 0, held = 0, bits = 0; at < length; at++) {
      if (bits < 8) {
        held = held << 15 | text.charCodeAt(from++) - 0x4000;
        bits += 15;
      }
      bits -= 8;
      bytes[at] = held >> bits;
      held &= (1 << bits) - 1;
    }
    return bytes;
  }

  /** What readers are told about an error. @param {unknown} error */
  function messageOf(error) {
    if (!(error instanceof SearchError)) return String(error);
    // Trying again often helps, but not against another version.
    return error.message + (error.file && error.code !== 'version' ? word('fault.try_again') : '');
  }

  /**
   * @param {string} file
   * @param {string} stem
   * @param {RequestCache} cache
   * @param {AbortSignal} signal
   */
  async function readScript(file, stem, cache, signal) {
    const name = stem.replace(/^\w+\//, '');
    if (cache === 'reload' || !delivered.has(name)) {
      const script = arriving.get(file) || runScript(file, cache, signal).finally(() => arriving.delete(file));
      arriving.set(file, script);
      await script;
    }
    const bytes = delivered.get(name);
    delivered.delete(name);
    if (!bytes) throw new SearchError(word('fault.damaged'));
    return bytes();
  }

  /**
   * @param {string} file
   * @param {RequestCache} cache
   * @param {AbortSignal} signal
   */
  function runScript(file, cache, signal) {
    const tag = document.createElement('script');
    return new Promise((done, fail) => {
      tag.onload = done;
      tag.onerror = () => fail(new SearchError(word('fault.missing')));
      signal.addEventListener('abort', fail);
      tag.src = site.addressOf(file) + (cache === 'reload' ? '?' + Date.now() : '');
      document.head.append(tag);
    }).finally(() => tag.remove());
  }

  return { SearchError, load, bodyOf, messageOf, onTheWay };
})();
