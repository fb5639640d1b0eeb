import test from 'node:test';
import assert from 'node:assert/strict';
import { createHash, webcrypto } from 'node:crypto';
import fs from 'node:fs';
import { loadParts, mockWebAssembly, answer, WASM } from './scripts.mjs';

const SITE = 'http://site.test/kb/';

/** The scripts from loading files to the answer, in a browser that can't unpack the engine by itself. */
function load(world) {
  const { zhize } = loadParts(['base/site', 'base/time', 'search/loader', 'search/engine', 'search/query', 'search/client'], world);
  const { client, loader } = zhize.parts;
  return { search: (query, ...rest) => client.ask(query, {}, ...rest), onTheWay: loader.onTheWay };
}

/** A site of named files over a mock `fetch`, and the scripts running against it. */
function site(files) {
  const { api, made } = mockWebAssembly();
  const asked = [];
  const state = { files: { 'assets/engine.aaaaaaaa.plain.bin': WASM, 'search/boot.bin': 'boot 1 t-1/00', 'search/t-1/00.bin': 'shard 1 甲', ...files }, gate: null };
  const fetch = async (url, { cache, signal }) => {
    const path = url.slice(SITE.length);
    asked.push(`${path} ${cache}`);
    const file = state.files[path];
    if (file === 'hang') return new Promise((_, fail) => signal.addEventListener('abort', () => fail(new Error('aborted'))));
    if (state.gate) await state.gate;
    if (file === 'offline') throw new TypeError('Failed to fetch');
    const body = Array.isArray(file) && file.queue ? file.queue.length > 1 ? file.queue.shift() : file.queue[0] : file;
    if (body === undefined) return answer('<!doctype html>', 404);
    return answer(body);
  };
  // No test waits: pauses end at once, and time limits pass only when a test says so.
  const timers = [];
  const setTimeout = (f, ms) => { if (ms <= 1000) queueMicrotask(f); else timers.push(f); return f; };
  const clearTimeout = f => { const at = timers.indexOf(f); if (at >= 0) timers.splice(at, 1); };
  const clock = class extends Date { static now() { return state.time; } };
  state.time = 0;
  const world = { fetch, setTimeout, clearTimeout, WebAssembly: api, Date: clock };
  return { state, asked, made, timers, ...load(world) };
}
const inTurn = (...bodies) => Object.assign([], { queue: bodies });

test('opens once, asks for shards once, and answers', async () => {
  const s = site();
  const result = await s.search('问');
  assert.equal(result.hits[0].title, '甲');
  assert.equal(result.query, '问');
  await s.search('再问');
  assert.deepEqual(s.asked, ['assets/engine.aaaaaaaa.plain.bin default', 'search/boot.bin no-cache', 'search/t-1/00.bin default']);
  assert.equal(s.made.instances, 1);
});

test('searches at the same time share their loads', async () => {
  const s = site();
  const all = await Promise.all([s.search('一'), s.search('二'), s.search('三')]);
  assert.deepEqual(all.map(result => result.query), ['一', '二', '三']);
  assert.equal(s.asked.length, 3);
});

test('a body without end is left, and said', async () => {
  let read = 0, left = 0, asked = 0;
  const endless = () => ({ ok: true, status: 200, body: { getReader: () => ({
    read: async () => { read += 1; return { done: false, value: new Uint8Array(1 << 20) }; },
    cancel: async () => { left += 1; },
  }) } });
  const s = site();
  const { search } = load({ WebAssembly: mockWebAssembly().api, Date, clearTimeout: () => {},
    setTimeout: (f, ms) => { if (ms <= 1000) queueMicrotask(f); },
    fetch: async url => (url.endsWith('boot.bin') ? (asked += 1, endless()) : answer(s.state.files[url.slice(SITE.length)])) });
  await assert.rejects(search('问'), /search\/boot\.bin：文件过大/);
  assert.equal(left, asked, 'every attempt is left');
  assert.equal(read, 17 * asked);
});

test('a shard damaged once is fetched again past the caches', async () => {
  const s = site({ 'search/t-1/00.bin': inTurn('shard X damaged', 'shard 1 甲') });
  assert.equal((await s.search('问')).hits[0].title, '甲');
  assert.deepEqual(s.asked.slice(2), ['search/t-1/00.bin default', 'search/t-1/00.bin reload']);
});

for (const [fault, body, why] of [
  ['missing', undefined, /404/],
  ['an HTML page', '<!doctype html><p>app', /网页/],
  ['empty', '', /空/],
  ['of another generation', 'shard 0 旧', /校验/],
  ['unreachable', 'offline', /连接/],
]) {
  test(`a shard that stays ${fault} is named after one healing`, async () => {
    const s = site({ 'search/t-1/00.bin': body });
    await assert.rejects(s.search('问'), error => {
      assert.equal(error.file, 'search/t-1/00.bin');
      assert.match(error.message, /search\/t-1\/00\.bin/);
      assert.match(error.message, why);
      return true;
    });
    assert.deepEqual(s.asked.slice(1), ['search/boot.bin no-cache', 'search/t-1/00.bin default', 'search/t-1/00.bin reload',
      'search/index.html reload', 'search/boot.bin reload', 'search/t-1/00.bin default', 'search/t-1/00.bin reload']);
    assert.equal(s.onTheWay.size, 0);
    s.state.files['search/t-1/00.bin'] = 'shard 1 好';
    assert.equal((await s.search('问')).hits[0].title, '好', 'the next search starts clean');
  });
}

test('a site rebuilt under an open page is opened anew', async () => {
  const s = site();
  await s.search('问');
  s.state.files = { 'search/boot.bin': 'boot 2 t-2/00', 'search/t-2/00.bin': 'shard 2 乙' };
  // The old index still answers from the shards that it has; a fault of the engine makes it check for a new index.
  s.made.trapNext = true;
  assert.equal((await s.search('问')).hits[0].title, '乙');
  assert.equal(s.made.compiled, 1, 'the engine is not fetched again');
});

test('old shards that are gone lead to the index of today', async () => {
  const s = site({ 'search/boot.bin': inTurn('boot 1 t-1/00', 'boot 2 t-2/00'), 'search/t-1/00.bin': undefined, 'search/t-2/00.bin': 'shard 2 乙' });
  assert.equal((await s.search('问')).hits[0].title, '乙');
  assert.deepEqual(s.asked.slice(-2), ['search/boot.bin reload', 'search/t-2/00.bin default']);
});

test('a page that stays open comes to today\'s index by itself', async () => {
  const s = site();
  await s.search('问');
  s.state.files['search/boot.bin'] = 'boot 2 t-2/00';
  s.state.files['search/t-2/00.bin'] = 'shard 2 乙';
  assert.equal((await s.search('问')).hits[0].title, '甲');
  s.state.time = 3600000;
  assert.equal((await s.search('问')).hits[0].title, '甲', 'nobody waits for it');
  while (s.made.instances < 2) await new Promise(done => setImmediate(done));
  assert.equal((await s.search('问')).hits[0].title, '乙');
  s.state.time = 7200000;
  s.state.files['search/boot.bin'] = 'offline';
  assert.equal((await s.search('问')).hits[0].title, '乙', 'and nobody is troubled where it fails');
});

test('an index of a later version is met with the engine of today', async () => {
  const s = site();
  s.state.files['search/boot.bin'] = inTurn('boot future x', 'boot 1 t-1/00');
  s.state.files['search/index.html'] = '<script defer src="../assets/site.1.js" data-engine="engine.bbbbbbbb"></script>';
  s.state.files['assets/engine.bbbbbbbb.plain.bin'] = WASM;
  assert.equal((await s.search('问')).hits[0].title, '甲');
  assert.ok(s.asked.includes('assets/engine.bbbbbbbb.plain.bin default'));
});

test('a site rebuilt by another version, under an open page', async () => {
  const s = site();
  await s.search('问');
  s.state.files = { 'search/boot.bin': 'boot 2 t-2/00', 'search/t-2/00.bin': 'shard 2 乙', 'assets/engine.bbbbbbbb.plain.bin': WASM,
    'search/index.html': '<script data-engine="engine.bbbbbbbb"></script>' };
  s.made.trapNext = true;
  assert.equal((await s.search('问')).hits[0].title, '乙');
  assert.ok(s.asked.includes('assets/engine.bbbbbbbb.plain.bin default'));
});

test('an engine that is gone is found by today\'s name', async () => {
  const s = site({ 'assets/engine.aaaaaaaa.plain.bin': undefined, 'assets/engine.cccccccc.plain.bin': WASM,
    'search/index.html': '<script data-engine="engine.cccccccc"></script>' });
  assert.equal((await s.search('问')).hits[0].title, '甲');
});

test('an engine that stays away is named', async () => {
  const s = site({ 'assets/engine.aaaaaaaa.plain.bin': undefined });
  await assert.rejects(s.search('问'), { file: 'assets/engine.aaaaaaaa.plain.bin' });
  await assert.rejects(site({ 'assets/engine.aaaaaaaa.plain.bin': [0, 97, 115, 109] }).search('问'), /engine\.aaaaaaaa\.plain\.bin.*损坏/);
  await assert.rejects(site({ 'assets/engine.aaaaaaaa.plain.bin': '<html>' }).search('问'), /engine\.aaaaaaaa\.plain\.bin.*网页/);
});

test('an engine whose bytes are not those of its name is not run', async () => {
  const { api } = mockWebAssembly();
  const name = createHash('sha256').update(Uint8Array.from(WASM)).digest('hex').slice(0, 8);
  const files = { [`assets/engine.${name}.plain.bin`]: WASM, 'search/boot.bin': 'boot 1 t-1/00', 'search/t-1/00.bin': 'shard 1 甲' };
  const world = {
    WebAssembly: api, window: { crypto: webcrypto }, setTimeout: (f, ms) => { if (ms <= 1000) queueMicrotask(f); },
    document: { currentScript: { src: SITE + 'assets/site.0.js', dataset: { engine: 'engine.' + name } } },
    fetch: async url => (files[url.slice(SITE.length)] === undefined ? answer('', 404) : answer(files[url.slice(SITE.length)])),
  };
  assert.equal((await load(world).search('问')).hits[0].title, '甲');
  const damaged = load({ ...world, window: { crypto: webcrypto },
    fetch: async url => (url.endsWith('.plain.bin') ? answer([...WASM, 0]) : world.fetch(url)) });
  await assert.rejects(damaged.search('问'), /engine\.\w+\.plain\.bin.*损坏/);
});

test('codes are put into the words that the command line prints', () => {
  const { putWords } = loadParts(['base/site', 'base/time', 'search/loader', 'search/engine']).zhize.parts.engine;
  const said = JSON.parse(fs.readFileSync(new URL('../../golden/said.json', import.meta.url), 'utf8'));
  const coded = structuredClone(said);
  for (const notice of coded.notices) delete notice.text;
  for (const hit of coded.hits) {
    delete hit.status;
    for (const part of hit.explain) delete part.label;
  }
  assert.notDeepEqual(coded, said);
  assert.deepEqual(JSON.parse(JSON.stringify(putWords(coded))), said);
});

test('where the browser can unpack it, the engine comes packed, and a damaged one is told from it', async () => {
  const dist = new URL('../../../src/browser_engine/', import.meta.url);
  const module = fs.readFileSync(new URL('engine.wasm', dist));
  const packed = fs.readFileSync(new URL('engine.bin', dist));
  const name = 'engine.' + createHash('sha256').update(module).digest('hex').slice(0, 8);
  let engine = packed;
  const asked = [], compiled = [];
  const fetch = async url => {
    const path = url.slice(SITE.length);
    asked.push(path);
    return path.startsWith('assets/') ? answer(engine) : answer({ 'search/boot.bin': 'boot 1 t-1/00', 'search/t-1/00.bin': 'shard 1 甲' }[path] ?? '<html>');
  };
  const browser = () => {
    const { api } = mockWebAssembly();
    const compile = async bytes => { compiled.push(Buffer.from(bytes)); return {}; };
    return load({
      WebAssembly: { ...api, compile }, window: { crypto: webcrypto }, fetch, Blob, Response, DecompressionStream, DataView,
      setTimeout: (f, ms) => { if (ms <= 1000) queueMicrotask(f); },
      document: { currentScript: { src: SITE + 'assets/site.0.js', dataset: { engine: name } } },
    });
  };
  assert.equal((await browser().search('问')).hits[0].title, '甲');
  assert.ok(asked.includes(`assets/${name}.bin`) && compiled[0].equals(module));
  let state = 1;
  const random = below => (state = (state * 1103515245 + 12345) % 2147483648) % below;
  for (let n = 0; n < 20; n++) {
    engine = Buffer.from(n % 3 ? packed : packed.subarray(0, random(packed.length)));
    if (n % 3) engine[random(engine.length)] ^= 1 << random(8);
    await assert.rejects(browser().search('问'), { file: `assets/${name}.bin` }, `damage ${n} went unnoticed`);
  }
  assert.equal(compiled.length, 1);
});

test('the boot file that was asked for early is taken once, and left at the time limit', async () => {
  const s = site();
  let left = false, answered = 0;
  const limit = { abort: () => { left = true; } };
  const early = { limit, answer: Promise.resolve(answer('boot 1 t-1/00')).finally(() => { answered += 1; }) };
  const world = { WebAssembly: mockWebAssembly().api, setTimeout: (f, ms) => { if (ms <= 1000) queueMicrotask(f); else s.timers.push(f); },
    fetch: async url => (s.asked.push(url.slice(SITE.length)), answer(s.state.files[url.slice(SITE.length)])) };
  const window = { zhizeBoot: early };
  assert.equal((await load({ ...world, window }).search('问')).hits[0].title, '甲');
  assert.deepEqual([answered, window.zhizeBoot, s.asked.includes('search/boot.bin'), left], [1, undefined, false, false]);
  const never = { limit: { abort: () => { left = true; fail(new Error('aborted')); } } };
  let fail;
  never.answer = new Promise((_, no) => { fail = no; });
  const slow = load({ ...world, window: { zhizeBoot: never } });
  const result = slow.search('问');
  while (!slow.onTheWay.has('search/boot.bin')) await new Promise(done => setImmediate(done));
  s.timers.slice().forEach(over => over());
  await assert.rejects(result, { file: 'search/boot.bin', code: 'timeout' });
  assert.ok(left);
});

test('a failed healing leaves the index that is in use', async () => {
  const s = site();
  await s.search('问');
  s.state.files['search/boot.bin'] = 'offline';
  s.made.trapNext = true;
  await assert.rejects(s.search('问'), { file: 'search/boot.bin' });
  assert.equal((await s.search('又问')).hits[0].title, '甲');
});

test('nobody waits: the answer is dropped, and no shard is asked for', async () => {
  const s = site();
  let live = true;
  const old = s.search('旧', () => live, 50);
  live = false;
  assert.equal(await old, undefined);
  assert.ok(!s.asked.some(line => line.includes('t-1/00')));
});

test('a file that never comes is given up and named, without a second wait', async () => {
  const s = site({ 'search/t-1/00.bin': 'hang' });
  const result = s.search('问');
  while (!s.onTheWay.has('search/t-1/00.bin')) await new Promise(done => setImmediate(done));
  s.timers.slice().forEach(over => over());
  await assert.rejects(result, { file: 'search/t-1/00.bin', code: 'timeout' });
  assert.equal(s.asked.filter(line => line.includes('t-1/00')).length, 1);
});

test('without wasm it says so, and downloads nothing', async () => {
  for (const WebAssembly of [undefined, { Module: class { constructor() { throw new Error('CSP'); } } }]) {
    const asked = [];
    const { search } = load({ WebAssembly, fetch: async url => { asked.push(url); return answer('', 404); } });
    await assert.rejects(search('问'), { code: 'wasm', message: /WebAssembly.*列表/ });
    assert.deepEqual(asked, []);
  }
});

test('an engine that keeps asking is stopped', async () => {
  const s = site({ 'search/boot.bin': 'boot 1 t-1/00' });
  const { api } = mockWebAssembly();
  api.instantiate = async () => {
    const out = new TextEncoder().encode('{"need":[{"id":7,"path":"t-1/00"}]}');
    const memory = { buffer: new ArrayBuffer(65536) };
    new Uint8Array(memory.buffer, 30000, out.length).set(out);
    return { exports: { memory, alloc: () => 0, free() {}, open: () => 0, supply: () => 0, search: () => 1, output_ptr: () => 30000, output_len: () => out.length } };
  };
  const { search } = load({ WebAssembly: api, setTimeout, fetch: async url => answer(s.state.files[url.slice(SITE.length)]) });
  await assert.rejects(search('问'), { code: 'engine' });
});

test('from a disk, shards that share a script are read with it', async () => {
  const { api } = mockWebAssembly();
  const named = { 'search/boot.js': { boot: 'boot 1 t-1/21+t-1/22+t-1/40' }, 'assets/engine.aaaaaaaa.js': { 'engine.aaaaaaaa': WASM },
    'search/t-1/20.js': { 't-1/20': 'shard 1 无', 't-1/21': 'shard 1 甲', 't-1/22': 'shard 1 乙' }, 'search/t-1/40.js': { 't-1/40': 'shard 1 丙' } };
  const appended = [];
  const world = {
    WebAssembly: api,
    window: {},
    document: {
      currentScript: { src: 'file:///media/usb/assets/site.0.js', dataset: { engine: 'engine.aaaaaaaa' } },
      createElement: () => ({ remove() {} }),
      head: { append(tag) {
        const path = tag.src.slice('file:///media/usb/'.length);
        appended.push(path);
        queueMicrotask(() => {
          for (const [name, body] of Object.entries(named[path])) {
            const bytes = Buffer.from(body);
            world.window.zhizeShard(name, inUnits(bytes), bytes.length);
          }
          tag.onload();
        });
      } },
    },
  };
  const { title } = (await load(world).search('问')).hits[0];
  assert.equal([...title].sort().join(''), [...'甲乙丙'].sort().join(''));
  assert.deepEqual(appended.sort(), Object.keys(named).sort());
});

/** 15 bits in each character, as the build writes them. */
function inUnits(bytes) {
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('');
  return bits.replace(/.{1,15}/g, part => String.fromCharCode(0x4000 + parseInt(part.padEnd(15, '0'), 2)));
}

test('from a disk, files come as scripts', async () => {
  const { api } = mockWebAssembly();
  const files = { 'assets/engine.aaaaaaaa.js': WASM, 'search/boot.js': 'boot 1 t-1/00', 'search/t-1/00.js': 'shard 1 甲' };
  const appended = [];
  const world = {
    WebAssembly: api,
    window: {},
    document: {
      currentScript: { src: 'file:///media/usb/资料/assets/site.0.js', dataset: { engine: 'engine.aaaaaaaa' } },
      createElement: () => ({ remove() {} }),
      head: { append(tag) {
        const path = decodeURI(tag.src).slice('file:///media/usb/资料/'.length).split('?')[0];
        appended.push(path);
        const body = files[path];
        queueMicrotask(() => {
          if (body === undefined) return tag.onerror();
          world.window.zhizeShard(path.replace(/^(search|assets)\//, '').replace(/\.js$/, ''), Buffer.from(body).toString('base64'));
          tag.onload();
        });
      } },
    },
  };
  assert.equal((await load(world).search('问')).hits[0].title, '甲');
  assert.deepEqual(appended, Object.keys(files));
});
