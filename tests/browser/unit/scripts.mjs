// Runs the theme's scripts in a bare world: no browser, no site, a mock engine.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { fileURLToPath } from 'node:url';

const THEME = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../themes/default');
export const scriptPath = name => path.join(THEME, 'static/js', name);

/** The words of the interface in simplified Chinese, by their keys. */
export const WORDS = {};
let section = '';
for (const line of fs.readFileSync(path.join(THEME, 'words/zh-CN.toml'), 'utf8').split('\n')) {
  section = (/^\[(.+)\]$/.exec(line) || [, section])[1];
  const [, name, text] = /^(\S+) = (".*")$/.exec(line) || [];
  if (name) WORDS[`${section}.${name}`] = JSON.parse(text);
}

/** What the build puts around a script; an unknown word is a mistake. */
const lookUp = vm.runInThisContext(fs.readFileSync(path.resolve(THEME, '../../src/render/theme/word.js'), 'utf8'));
export const word = lookUp(new Proxy(WORDS, {
  get(words, key) {
    if (!(key in words)) throw new Error(`no word ${key}`);
    return words[key];
  },
}));
export { lookUp };

/**
 * Loads scripts as one classic script, as the build joins them, and returns
 * the top-level names asked for.
 */
export function loadScripts(files, names, world = {}) {
  const code = files.map(file => fs.readFileSync(scriptPath(file), 'utf8')).join('\n');
  const context = vm.createContext({
    window: {}, URL, URLSearchParams, TextEncoder, TextDecoder, AbortController, Uint8Array, Promise, JSON, String,
    setTimeout, clearTimeout, atob, word,
    // The mock engine comes as it is.
    ...(files.includes('unpack.js') ? {} : { unpack: bytes => bytes }),
    document: { currentScript: { src: 'http://site.test/kb/assets/site.0.js', dataset: { engine: 'engine.aaaaaaaa' } } },
    ...world,
  });
  return vm.runInContext(`${code}\n;({ window, ${names.join(', ')} })`, context);
}

/** A response such as `fetch` gives, of bytes or text. */
export const answer = (body, status = 200) => {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body);
  return { ok: status < 400, status, arrayBuffer: async () => bytes.buffer, text: async () => new TextDecoder().decode(bytes) };
};

/** The beginning of every wasm module. */
export const WASM = [0, 97, 115, 109, 1, 0, 0, 0];

/**
 * A `WebAssembly` whose engine keeps its index in plain objects. A boot file is
 * text `boot <generation> <path of the only shard>`, a shard is `shard
 * <generation> <text>`; a search answers with that text. What the real engine
 * does is for its own tests: here only the protocol counts.
 */
export function mockWebAssembly() {
  const made = { instances: 0, searches: 0, compiled: 0, trapNext: false };
  const text = bytes => new TextDecoder().decode(bytes);
  const instance = () => {
    made.instances++;
    const memory = { buffer: new ArrayBuffer(1 << 16) };
    let boot = null, shard = null, out = new Uint8Array(0), top = 0;
    const say = (status, value) => { out = new TextEncoder().encode(JSON.stringify(value)); return status; };
    const fail = code => say(2, { error: { code } });
    const read = (at, length) => text(new Uint8Array(memory.buffer, at, length));
    return {
      memory,
      alloc: length => { top += length; return top - length; },
      free: () => { top = 0; },
      open(at, length) {
        const [word, generation, path] = read(at, length).split(' ');
        if (word !== 'boot') return fail('not-a-shard');
        if (generation === 'future') return fail('version');
        boot = { generation, path };
        shard = null;
        return 0;
      },
      supply(id, at, length) {
        const [word, generation, body] = read(at, length).split(' ');
        if (word !== 'shard' || generation !== boot.generation || id !== 7) return fail('checksum');
        shard = body;
        return 0;
      },
      search(at, length) {
        made.searches++;
        if (made.trapNext) { made.trapNext = false; throw new Error('unreachable'); }
        const request = read(at, length);
        if (shard === null) return say(1, { need: [{ id: 7, path: boot.path }] });
        return say(0, { query: request.split('\n\n')[1], total: 1, hits: [{ title: shard }], notices: [] });
      },
      output_ptr: () => { new Uint8Array(memory.buffer, 40000, out.length).set(out); return 40000; },
      output_len: () => out.length,
    };
  };
  const api = {
    Module: class {},
    compile: async bytes => { made.compiled++; if (bytes.length < 8) throw new Error('CompileError'); return {}; },
    instantiate: async () => ({ exports: instance() }),
  };
  return { api, made };
}
