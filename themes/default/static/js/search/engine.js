'use strict';
// The wasm engine: opens the index, feeds it the shards that it asks for, and
// starts afresh when the site changes under an open page.
zhize.parts.engine = (() => {
  const { SearchError, load, bodyOf } = zhize.parts.loader;
  const { pause } = zhize.parts.time;
  const { site } = zhize.parts;

  let engineName = site.told.engine || '';
  /** @type {Promise<WebAssembly.Module> | undefined} */
  let engineModule;
  /** @type {Promise<OpenIndex> | undefined} */
  let currentIndex;
  /** @type {Promise<void> | undefined} */
  let healing;

  // After this long (in ms) the site may have been rebuilt: the boot file is
  // fetched again.
  const FRESH_FOR = 600000;
  // No search needs more rounds; an engine that keeps asking is at fault.
  const MOST_ROUNDS = 40;
  // Browsers unpack the engine by themselves. Those that can't get it as it is,
  // as the script for a disk brings it.
  const isPacked = !site.fromDisk && typeof DecompressionStream === 'function';

  /**
   * A code of the engine with its values, in words.
   *
   * @param {string} code @param {string[]} [values]
   */
  function sayCode(code, values = []) {
    const [one = '', ...others] = values;
    return word('engine.' + code, { one, two: others.join(word('mark.comma')), all: values.join(word('mark.between_quotes')) });
  }

  /**
   * Adds words to the codes of an answer, in place, as `zhize search --json`
   * does.
   *
   * @param {any} answer
   */
  function putWords(answer) {
    const { notices = [], hits = [], suggestions = [] } = answer;
    for (const notice of notices) notice.text = sayCode(notice.kind, notice.values);
    for (const hit of hits) {
      if (hit.validity) hit.status = sayCode('state-' + hit.validity);
      for (const part of hit.explain || []) part.label = sayCode('part-' + part.kind, [part.term]);
    }
    for (const suggestion of suggestions) suggestion.label = suggestion.label || sayCode(suggestion.kind);
    return answer;
  }

  /**
   * Throws if this browser or the site's policy forbids wasm, before anything
   * is downloaded.
   */
  function checkWasmAllowed() {
    if (typeof WebAssembly !== 'object') {
      throw new SearchError(word('fault.no_wasm'), { code: 'wasm' });
    }
    try {
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    } catch {
      throw new SearchError(word('fault.wasm_forbidden'), { code: 'wasm' });
    }
  }

  /** @param {Uint8Array<ArrayBuffer>} packed a zlib stream */
  async function unpack(packed) {
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
    return bodyOf(new Response(stream)).catch(() => new Uint8Array(0));
  }

  /** @param {Uint8Array<ArrayBuffer>} file */
  async function compileEngine(file) {
    const bytes = isPacked ? await unpack(file) : file;
    if (String(bytes.subarray(0, 4)) !== '0,97,115,109') throw new SearchError(word('fault.damaged'));
    // A damaged module may still compile and then answer wrongly. Its name has
    // the beginning of its SHA-256, which browsers compute except over plain
    // HTTP.
    const { subtle } = window.crypto || {};
    if (subtle) {
      const digest = new DataView(await subtle.digest('SHA-256', bytes)).getUint32(0);
      if (digest !== parseInt(engineName.slice(-8), 16)) throw new SearchError(word('fault.damaged'));
    }
    try {
      return await WebAssembly.compile(bytes);
    } catch {
      throw new SearchError(word('fault.damaged'));
    }
  }

  /** @param {RequestCache} cache @returns {Promise<OpenIndex>} */
  async function openIndex(cache) {
    checkWasmAllowed();
    if (!engineModule) {
      engineModule = load('assets/' + engineName, isPacked ? '.bin' : '.plain.bin', 'default', compileEngine);
      engineModule.catch(() => { engineModule = undefined; });
    }
    const [module, boot] = await Promise.all([engineModule, load('search/boot', '.bin', cache, bytes => bytes)]);
    // A new instance each time, so that no state of an old one remains.
    const instance = await WebAssembly.instantiate(module, {});
    const exports = /** @type {EngineExports} */ (/** @type {unknown} */ (instance.exports));
    try {
      callEngine(exports, 'open', boot);
    } catch (error) {
      const file = 'search/boot' + (site.fromDisk ? '.js' : '.bin');
      throw error instanceof SearchError
        ? new SearchError(word('fault.index', { file, reason: error.message }), { file, code: error.code })
        : error;
    }
    return { exports, loads: new Map(), since: Date.now() };
  }

  /**
   * Opens today's index beside the one in use, for the next search. A page may
   * stay open for days.
   *
   * @param {OpenIndex} index
   */
  function refreshIndex(index) {
    if (Date.now() - index.since < FRESH_FOR) return;
    index.since = Date.now();
    openIndex('no-cache').then(opened => { currentIndex = Promise.resolve(opened); }, () => {});
  }

  /**
   * Passes bytes to the engine and reads its answer.
   *
   * @param {EngineExports} exports
   * @param {'open' | 'supply' | 'search'} call
   * @param {Uint8Array} bytes
   * @param {number} [id] of the shard supplied
   * @returns {any} the JSON that a search writes
   */
  function callEngine(exports, call, bytes, id = 0) {
    const { alloc, free, memory, output_ptr, output_len } = exports;
    const at = alloc(bytes.length);
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
    const status = call === 'supply' ? exports.supply(id, at, bytes.length) : exports[call](at, bytes.length);
    free(at, bytes.length);
    if (call !== 'search' && status !== 2) return null;
    // The call may have grown the memory, which replaces its buffer.
    const answer = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output_ptr(), output_len())));
    if (status === 2) throw new SearchError(sayCode(answer.error.code), { code: answer.error.code });
    return answer;
  }

  /**
   * @param {OpenIndex} index
   * @param {{ id: number, path: string }} shard
   * @returns {Promise<void>}
   */
  function supplyShard(index, { id, path }) {
    let loading = index.loads.get(path);
    if (!loading) {
      loading = load('search/' + path, '.bin', 'default', bytes => { callEngine(index.exports, 'supply', bytes, id); });
      loading = loading.finally(() => index.loads.delete(path));
      index.loads.set(path, loading);
    }
    return loading;
  }

  /**
   * Runs one search to its end; heals once if it fails. Resolves to nothing if
   * `live` says that nobody waits for the answer any more.
   *
   * @param {Uint8Array} request
   * @param {() => boolean} [live]
   * @param {number} [patience] ms to wait for a newer request before fetching
   * shards
   * @param {EarlyResults} [early]
   * @returns {Promise<SearchResult | undefined>}
   */
  async function run(request, live = () => true, patience = 0, early) {
    for (let healed = false; ; healed = true) {
      const opening = currentIndex = currentIndex || openIndex('no-cache');
      /** @type {OpenIndex | undefined} */
      let index;
      try {
        index = await opening;
        refreshIndex(index);
        return await askEngine(index, request, live, patience, early);
      } catch (error) {
        if (!index && currentIndex === opening) currentIndex = undefined;
        if (!live()) return undefined;
        const told = error instanceof SearchError ? error : new SearchError(word('fault.engine'), { code: 'engine' });
        if (healed || told.code === 'wasm' || told.code === 'timeout') throw told;
        // Unless another search has healed it meanwhile.
        if (!index || currentIndex === opening) {
          healing = healing || heal().finally(() => { healing = undefined; });
          await healing;
        }
      }
    }
  }

  /**
   * @param {OpenIndex} index
   * @param {Uint8Array} request
   * @param {() => boolean} live
   * @param {number} patience
   * @param {EarlyResults} [early]
   */
  async function askEngine(index, request, live, patience, early) {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (!live()) return undefined;
      const answer = callEngine(index.exports, 'search', request);
      if (!answer.need) return putWords(answer);
      if (patience && !round) {
        await pause(patience);
        if (!live()) return undefined;
      }
      /** @type {{ id: number, path: string }[]} */
      const need = answer.need;
      const loads = need.map(shard => supplyShard(index, shard));
      const all = Promise.all(loads);
      // Texts come last, those of the first results before the others.
      if (early && need.length > early.limit && need.every(shard => shard.path[0] === 'd')) {
        all.catch(() => {});
        await Promise.all(loads.slice(0, early.limit));
        const first = live() ? callEngine(index.exports, 'search', early.request) : { need };
        if (!first.need) early.show(putWords(first));
        early = undefined;
      }
      await all;
    }
    throw new Error('the engine keeps asking');
  }

  /**
   * Our files may come from an older build than the one that the server now
   * has. Opens the current index with the engine that the current search page
   * names. The old index stays in use until that has worked.
   */
  async function heal() {
    if (!site.fromDisk) {
      const page = await fetch(site.addressOf('search/index.html'), { cache: 'reload' }).then(answer => answer.text()).catch(() => '');
      const today = /\bdata-engine="?(engine\.[0-9a-f]+)/.exec(page);
      if (today && today[1] !== engineName) {
        engineName = today[1];
        engineModule = undefined;
      }
    }
    const opened = await openIndex('reload');
    currentIndex = Promise.resolve(opened);
  }

  return { run, putWords, isOpen: () => currentIndex !== undefined };
})();
