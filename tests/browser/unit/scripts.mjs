// Runs the theme's scripts without a browser or a site, with a mock engine.
import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { fileURLToPath } from 'node:url';
import { JSDOM } from 'jsdom';

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

/** Wraps a script as the build does; an unknown word is an error. */
const lookUp = vm.runInThisContext(fs.readFileSync(path.resolve(THEME, '../../src/render/theme/word.js'), 'utf8'));
export const word = lookUp(new Proxy(WORDS, {
  get(words, key) {
    if (!(key in words)) throw new Error(`no word ${key}`);
    return words[key];
  },
}));
export { lookUp };

/** The theme's scripts in the order in which they are joined, without folder and ending: `base/dom`. */
export const SCRIPTS = /^script = \[\n([\s\S]*?)^\]/m.exec(fs.readFileSync(path.join(THEME, 'theme.toml'), 'utf8'))[1]
  .split('\n').filter(Boolean).map(line => /"js\/(.+)\.js"/.exec(line)[1]);

/**
 * Runs scripts as one classic script, as the build joins them, and returns
 * `zhize` with the parts that they made, and the `window` that they saw.
 *
 * @param {string[]} files as `SCRIPTS` has them
 * @param {Record<string, unknown>} [world] what else there is for them
 * @param {Record<string, unknown>} [parts] in place of those of files that are not run
 */
export function loadParts(files, world = {}, parts = {}) {
  const context = vm.createContext({
    window: {}, URL, URLSearchParams, TextEncoder, TextDecoder, AbortController, Uint8Array, Promise, JSON, String,
    setTimeout, clearTimeout, atob, word,
    document: { currentScript: { src: 'http://site.test/kb/assets/site.0.js', dataset: { engine: 'engine.aaaaaaaa' } } },
    ...world,
    seeds: parts,
  });
  const code = file => fs.readFileSync(scriptPath(file + '.js'), 'utf8');
  const joined = [code('zhize'), 'Object.assign(zhize.parts, seeds);', ...files.map(code)].join('\n');
  return { ...vm.runInContext(`${joined}\n;({ zhize })`, context), window: context.window };
}

/** A response such as `fetch` gives, of bytes or text. */
export const answer = (body, status = 200) => {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body);
  const pieces = [bytes].filter(piece => piece.length);
  const getReader = () => ({ read: async () => ({ done: !pieces.length, value: pieces.shift() }), cancel: async () => {} });
  return { ok: status < 400, status, body: { getReader }, arrayBuffer: async () => bytes.buffer, text: async () => new TextDecoder().decode(bytes) };
};

/** The beginning of every wasm module. */
export const WASM = [0, 97, 115, 109, 1, 0, 0, 0];

/**
 * A `WebAssembly` whose engine keeps its index in plain objects. A boot file is
 * text `boot <generation> <path of the only shard>`, a shard is `shard
 * <generation> <text>`; a search answers with that text. The real engine has tests of its own; only the protocol matters here.
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
        shard = (shard || '') + body;
        return 0;
      },
      search(at, length) {
        made.searches++;
        if (made.trapNext) { made.trapNext = false; throw new Error('unreachable'); }
        const request = read(at, length);
        if (shard === null) return say(1, { need: boot.path.split('+').map(path => ({ id: 7, path })) });
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

/** All nodes of a syntax tree. */
export function* nodesOf(node) {
  if (typeof node.type === 'string') yield node;
  for (const child of Object.values(node)) if (child && typeof child === 'object') yield* nodesOf(child);
}

/**
 * A page in which scripts run: a document without layout, an address, and
 * `zhize` with the parts that the scripts made.
 *
 * @param {string} body markup
 * @param {string[]} files as `SCRIPTS` has them, without those of `base`, which run first
 * @param {{ path?: string, parts?: Record<string, unknown>, prepare?: (window: any) => void }} [options] `parts` stand in for files that are not run
 */
export function openPage(body, files, { path: address = 'page/index.html', parts = {}, prepare } = {}) {
  const { window } = new JSDOM(`<!doctype html><html lang="zh-CN"><title>某页</title><body>${body}</body></html>`, { url: 'http://site.test/kb/' + address, runScripts: 'outside-only', pretendToBeVisual: true });
  const { document } = window;
  Object.defineProperty(document, 'currentScript', { value: { src: 'http://site.test/kb/assets/site.0.js', dataset: {} } });
  const scrolled = [];
  window.Element.prototype.scrollIntoView = function scrollIntoView() { scrolled.push(this.id || this.className); };
  Object.assign(window, { word, seeds: parts, matchMedia: () => ({ matches: false }) });
  window.performance.getEntriesByType = () => [];
  if (prepare) prepare(window);
  const code = file => fs.readFileSync(scriptPath(file + '.js'), 'utf8');
  const base = SCRIPTS.filter(name => name.startsWith('base/'));
  window.eval([code('zhize'), ...base.map(code), 'Object.assign(zhize.parts, seeds);', ...files.map(code)].join('\n'));
  const one = selector => document.querySelector(selector);
  const all = selector => Array.from(document.querySelectorAll(selector));
  const fire = (target, event) => target.dispatchEvent(event);
  return {
    window, document, scrolled, one, all,
    parts: window.zhize.parts,
    texts: selector => all(selector).map(element => element.textContent),
    press: (key, target = document.activeElement) => fire(target, new window.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })),
    submit: form => fire(form, new window.Event('submit', { bubbles: true, cancelable: true })),
    change: (box, checked) => { box.checked = checked; fire(box, new window.Event('change', { bubbles: true })); },
    input: (box, text) => { box.value = text; fire(box, new window.InputEvent('input', { bubbles: true })); },
    fire,
  };
}

/** Resolves when everything that was started has finished, except what waits for timers. */
export const soon = () => new Promise(done => setImmediate(done));
