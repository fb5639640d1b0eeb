'use strict';
// The wasm engine: opening the index, feeding it the shards that it asks for,
// and starting afresh when the site changes under an open page.
zhize.parts.engine = (() => {
  const { SearchError, load } = zhize.parts.loader;
  const { pause } = zhize.parts.time;
  const { site, unpack } = zhize.parts;

  let engineName = site.told.engine || '';
  /** @type {Promise<WebAssembly.Module> | undefined} */
  let engineModule;
  /** @type {Promise<OpenIndex> | undefined} */
  let currentIndex;
  /** @type {Promise<void> | undefined} */
  let healing;

  // After this long the site may have been rebuilt: the boot file is asked for again.
  const FRESH_FOR = 600000;
  // No search needs more rounds; an engine that keeps asking is at fault.
  const MOST_ROUNDS = 40;

  /** What the engine says in a code with its values, in words. @param {string} code @param {string[]} [values] */
  function sayCode(code, [one = '', ...others] = []) {
    return word('engine.' + code, { one, two: others.join(word('mark.comma')) });
  }

  /**
   * Puts words to the codes of an answer, in place, as `zhize search --json` does.
   *
   * @param {any} answer
   */
  function putWords(answer) {
    const { notices = [], hits = [], suggestions = [], mode } = answer;
    for (const notice of notices) notice.text = sayCode(notice.kind === 'relaxed' ? mode : notice.kind, notice.values);
    for (const hit of hits) {
      if (hit.validity) hit.status = sayCode('state-' + hit.validity);
      for (const part of hit.explain || []) part.label = sayCode('part-' + part.kind, [part.term]);
    }
    for (const suggestion of suggestions) suggestion.label = suggestion.label || sayCode(suggestion.kind);
    return answer;
  }

  /** Whether this browser and the site's policy let wasm run; said before anything is downloaded. */
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

  /** @param {Uint8Array} packed */
  async function compileEngine(packed) {
    const bytes = unpack(packed);
    if (String(bytes.subarray(0, 4)) !== '0,97,115,109') throw new SearchError(word('fault.damaged'));
    // A damaged module may still compile, and would then answer wrongly. Its name
    // begins its SHA-256, which browsers compute for us except over plain HTTP.
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
      engineModule = load('assets/' + engineName, '.bin', 'default', compileEngine);
      engineModule.catch(() => { engineModule = undefined; });
    }
    const [module, boot] = await Promise.all([engineModule, load('search/boot', '.bin', cache, bytes => bytes)]);
    // A new instance each time: whatever state an old one was left in goes with it.
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

  /** A page may stay open for days. Opens today's index beside the one in use, for the next search. @param {OpenIndex} index */
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
    // The call may have grown the memory, so its buffer is asked for anew.
    const answer = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output_ptr(), output_len())));
    if (status === 2) throw new SearchError(sayCode(answer.error.code), { code: answer.error.code });
    return answer;
  }

  /** @param {OpenIndex} index @param {{ id: number, path: string }} shard @returns {Promise<void>} */
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
   * Runs one search to its end; heals once. Resolves to nothing when `live` says
   * that nobody waits for the answer any more.
   *
   * @param {Uint8Array} request
   * @param {() => boolean} [live]
   * @param {number} [patience] ms to wait for a newer request before shards are asked for
   * @returns {Promise<SearchResult | undefined>}
   */
  async function run(request, live = () => true, patience = 0) {
    for (let healed = false; ; healed = true) {
      const opening = currentIndex = currentIndex || openIndex('no-cache');
      /** @type {OpenIndex | undefined} */
      let index;
      try {
        index = await opening;
        refreshIndex(index);
        return await askEngine(index, request, live, patience);
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

  /** @param {OpenIndex} index @param {Uint8Array} request @param {() => boolean} live @param {number} patience */
  async function askEngine(index, request, live, patience) {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (!live()) return undefined;
      const answer = callEngine(index.exports, 'search', request);
      if (!answer.need) return putWords(answer);
      if (patience && !round) {
        await pause(patience);
        if (!live()) return undefined;
      }
      await Promise.all(answer.need.map((/** @type {{ id: number, path: string }} */ shard) => supplyShard(index, shard)));
    }
    throw new Error('the engine keeps asking');
  }

  /**
   * Our files may be those of an older build than the server now has: opens the
   * index of today, with the engine that the search page of today names. The one
   * in use stays until that has worked.
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
