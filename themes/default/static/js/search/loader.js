'use strict';
// Fetches the files of the search: over HTTP with `fetch`; from a disk, where
// browsers refuse `fetch`, through classic scripts that call `zhizeShard`.
zhize.parts.loader = (() => {
  const { pause } = zhize.parts.time;
  const { site } = zhize.parts;

  const RETRY_AFTER = 300;
  const GIVE_UP_AFTER = 20000;

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
    const file = stem + (site.fromDisk ? '.js' : ending);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), GIVE_UP_AFTER);
    /** @param {RequestCache} cache */
    const attempt = async cache => use(await (site.fromDisk ? readScript : readBytes)(file, cache, limit.signal));
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
   * @param {string} file
   * @param {RequestCache} cache
   * @param {AbortSignal} signal
   */
  async function readBytes(file, cache, signal) {
    const response = await fetch(site.addressOf(file), { cache, signal });
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
   * Payloads that scripts have delivered, by name.
   *
   * @type {Map<string, string>}
   */
  const delivered = new Map();
  window.zhizeShard = (name, base64) => { delivered.set(name, base64); };

  /** What readers are told about an error. @param {unknown} error */
  function messageOf(error) {
    if (!(error instanceof SearchError)) return String(error);
    // Trying again often helps, but not against another version.
    return error.message + (error.file && error.code !== 'version' ? word('fault.try_again') : '');
  }

  /**
   * @param {string} file
   * @param {RequestCache} cache
   * @param {AbortSignal} signal
   */
  async function readScript(file, cache, signal) {
    const name = file.replace(/^\w+\/|\.js$/g, '');
    const tag = document.createElement('script');
    await new Promise((done, fail) => {
      tag.onload = done;
      tag.onerror = () => fail(new SearchError(word('fault.missing')));
      signal.addEventListener('abort', fail);
      tag.src = site.addressOf(file) + (cache === 'reload' ? '?' + Date.now() : '');
      document.head.append(tag);
    }).finally(() => tag.remove());
    const base64 = delivered.get(name);
    delivered.delete(name);
    if (base64 === undefined) throw new SearchError(word('fault.damaged'));
    return Uint8Array.from(atob(base64), char => char.charCodeAt(0));
  }

  return { SearchError, load, messageOf, onTheWay };
})();
