// Faults of real hosts: the search recovers, or says which file is at fault.
import { describe, test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium, pageOf } from './lib/browsers.mjs';
import { eventually } from './lib/patience.mjs';
import { SEARCH, facets, searchFor, settled } from './lib/site.mjs';

const QUERY = '四责协同';
const FAULTS = {
  'missing (404)': { status: 404 },
  'refused (500)': { status: 500 },
  'a page with 200': { body: '<!doctype html><title>app</title><p>shell', type: 'text/html' },
  'cut short': { truncate: 0.5 },
  empty: { truncate: 0 },
  'with a byte flipped': { flip: 0.6 },
  'on a connection that breaks': { cut: true },
};

export default function faults(site, options) {
  describe('faults', { skip: chromiumPath() ? false : 'Chromium is not installed here' }, () => {
    let browser, context, server, page, address, wanted, files;
    before(async () => {
      browser = await launchChromium();
      server = await startServer(site, '/kb/');
      address = server.base + SEARCH;
      const one = await pageOf(await browser.newContext({ serviceWorkers: 'block' }));
      await one.goto(address);
      wanted = (await searchFor(one, QUERY)).hits.map(hit => hit.title);
      // One file of each kind that this search uses. Those of facets and names come beside the results, and have tests of their own.
      const used = server.log.filter(file => /^(search\/.*\.bin|assets\/engine\..*)$/.test(file) && !/\/[fn]-/.test(file));
      files = Object.values(Object.fromEntries(used.map(file => [file.replace(/[^/]*\/(\w)[^.]*\.(\w+)$/, '$1.$2').replace(/-.*/, ''), file])));
      await one.pw.context().close();
    });
    after(async () => { await browser?.close(); await server?.close(); });
    beforeEach(async () => {
      server.reset();
      // Files kept by a service worker would hide the faults.
      context = await browser.newContext({ serviceWorkers: 'block' });
      page = await pageOf(context);
    });
    afterEach(() => context.close());
    const open = async () => { await page.goto(address); };

    test('the files of a search are known', () => {
      assert.ok(wanted.length > 0);
      assert.ok(files.some(file => file.startsWith('assets/engine.')) && files.includes('search/boot.bin') && files.length >= 3, files.join());
    });

    for (const [name, fault] of Object.entries(FAULTS)) {
      test(`a file that once is ${name} is fetched again`, async () => {
        for (const file of files) {
          server.reset();
          server.policy = (asked, count) => (asked === file && count === 1 ? fault : null);
          await open();
          const { state, hits, status } = await searchFor(page, QUERY);
          assert.equal(state, 'ready', `${file}: ${status}`);
          assert.deepEqual(hits.map(hit => hit.title), wanted, file);
        }
        assert.deepEqual(page.errors, []);
      });

      test(`a file that stays ${name} is named, and the next search after its return works`, async () => {
        for (const file of files) {
          server.reset();
          server.policy = asked => (asked === file ? fault : null);
          await open();
          const bad = await searchFor(page, QUERY);
          assert.equal(bad.state, 'error', `${file}: ${bad.status}`);
          assert.ok(bad.status.includes(file), `${file}: ${bad.status}`);
          assert.doesNotMatch(bad.status, /未找到/);
          assert.equal(bad.hits.length, 0);
          assert.ok(bad.lists, 'the lists are offered');
          server.policy = null;
          await page.press('Enter');
          await page.until(() => document.querySelector('[data-search-state]').dataset.searchState === 'ready');
          assert.deepEqual((await settled(page)).hits.map(hit => hit.title), wanted, file);
        }
        assert.deepEqual(page.errors, []);
      });
    }

    test('a filter whose file is missing is an error, not another result', async () => {
      server.policy = file => (/^search\/f-/.test(file) ? { status: 404 } : null);
      await page.goto(`${address}?q=${encodeURIComponent(QUERY)}&type=practice`);
      const { state, status, hits } = await settled(page);
      assert.equal(state, 'error', status);
      assert.match(status, /search\/f-/);
      assert.equal(hits.length, 0);
    });

    test('a load that takes long is named while it lasts, with the last results kept; then given up, then works', async () => {
      const slow = /search\/t-\w+\/\d+\.bin/;
      let release;
      const gate = new Promise(done => { release = done; });
      await page.pw.clock.install({ time: '2026-01-01T00:00:00Z' });
      await page.pw.clock.pauseAt('2026-01-01T00:00:01Z');
      await open();
      // Only this moves the page's clock, so it never runs ahead of the machine.
      const goOnUntil = (f, what) => eventually(async () => (await f()) || (await page.pw.clock.runFor(10), null), what);
      const state = () => page.pw.getAttribute('[data-search-state]', 'data-search-state');
      const ready = () => goOnUntil(async () => await state() === 'ready', 'results');
      await page.pw.locator('[data-search-page] input[type=search]').fill('秦岭');
      await ready();
      const before = (await settled(page)).hits.length;
      assert.ok(before > 0);
      server.policy = file => (slow.test(file) ? { gate } : null);
      const mark = server.log.length;
      await page.pw.locator('[data-search-page] input[type=search]').fill(QUERY);
      const status = page.pw.locator('[data-search-status]');
      await goOnUntil(() => server.log.slice(mark).some(file => slow.test(file)), 'a request for the slow file');
      assert.equal(await state(), 'loading');
      await page.pw.clock.runFor(8000);
      assert.match(await status.innerText(), slow);
      assert.equal(await state(), 'loading');
      assert.equal(await page.pw.locator('[data-search-results] > li').count(), before);
      await page.pw.clock.runFor(13000);
      await goOnUntil(async () => await state() === 'error', 'the search to be given up');
      assert.match(await status.innerText(), /20 秒/);
      assert.match(await status.innerText(), slow);
      release();
      server.policy = null;
      await page.press('Enter');
      await ready();
      assert.deepEqual((await settled(page)).hits.map(hit => hit.title), wanted);
    });

    test('every answer bad one time in ten: still all results', async () => {
      // Which answers are bad follows from the kind of file and how often this one was asked for: requests may arrive in any order.
      const chance = text => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
      let bad = 0;
      for (let run = 0; run < 8; run++) {
        server.reset();
        server.policy = (file, count) => (/\.(bin|wasm)$/.test(file) && chance(`${run} ${count} ${file.replace(/[-.].*/, '')}`) < 0.1 ? (bad++, { status: 503 }) : null);
        await open();
        const { state, hits, status } = await searchFor(page, QUERY);
        assert.equal(state, 'ready', status);
        assert.deepEqual(hits.map(hit => hit.title), wanted);
      }
      assert.ok(bad >= 3, `only ${bad} answers were bad`);
    });

    test('offline after a first search: said, and over when the connection is back', async () => {
      await open();
      await searchFor(page, QUERY);
      await facets(page);
      await context.setOffline(true);
      server.policy = () => ({ cut: true });
      const { state, status } = await searchFor(page, '秦岭 别墅 巡视 长春 疫苗');
      // A part that is already loaded may answer; one that is missing must say so.
      if (state === 'error') assert.match(status, /未能取得 search\//);
      await context.setOffline(false);
      server.policy = null;
      await page.press('Enter');
      await page.until(() => document.querySelector('[data-search-state]').dataset.searchState === 'ready');
    });

    test('old shards gone while the page is open: today\'s index is opened', async () => {
      // As after a rebuild: the files that the first boot file names are gone until it has been asked for anew.
      server.policy = file => (/^search\/[a-z]-/.test(file) && server.asked.get('search/boot.bin') < 2 ? { status: 404 } : null);
      await open();
      const { state, hits, status } = await searchFor(page, QUERY);
      assert.equal(state, 'ready', status);
      assert.deepEqual(hits.map(hit => hit.title), wanted);
    });

    test('a rebuilt site under an open page', { skip: options.next ? false : 'needs --next NEWER_SITE_DIR' }, async () => {
      const next = path.resolve(options.next);
      const fresh = await pageOf(context);
      server.dir = next;
      await fresh.goto(address);
      const today = {};
      for (const query of [QUERY, '秦岭']) today[query] = (await searchFor(fresh, query)).hits.map(hit => hit.title);
      server.dir = site;
      for (const when of ['before the first query', 'between two queries']) {
        await context.clearCookies();
        const old = await pageOf(await browser.newContext({ serviceWorkers: 'block' }));
        await old.goto(address);
        if (when.startsWith('between')) await searchFor(old, '五必谈');
        server.dir = next;
        for (const query of [QUERY, '秦岭']) {
          const { state, hits, status } = await searchFor(old, query);
          assert.equal(state, 'ready', `${when}: ${status}`);
          assert.ok(hits.length > 0);
          const answer = await fresh.pw.request.get(hits[0].href);
          assert.equal(answer.status(), 200, hits[0].href);
        }
        assert.deepEqual(old.errors, []);
        await old.pw.context().close();
        server.dir = site;
      }
    });

    for (const [name, script, words] of [
      ['no WebAssembly', () => { delete window.WebAssembly; }, /不支持 WebAssembly/],
    ]) {
      test(`a browser with ${name} says so and offers the lists`, async () => {
        await page.pw.addInitScript(script);
        await open();
        const { state, status, lists } = await searchFor(page, QUERY);
        assert.equal(state, 'error');
        assert.match(status, words);
        assert.ok(lists);
        // The page's frame asks for the engine before any script can know.
        assert.ok(!server.log.some(file => /\.(bin|wasm)$/.test(file) && !/assets\/engine\.\w+\.bin$/.test(file)), 'nothing of the index is downloaded in vain');
        assert.deepEqual(page.errors, []);
      });
    }

    test('a policy that forbids wasm is named', async () => {
      server.headers = { 'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'" };
      await open();
      const { state, status, lists } = await searchFor(page, QUERY);
      assert.equal(state, 'error');
      assert.match(status, /安全设置.*WebAssembly/);
      assert.ok(lists);
      assert.deepEqual(page.errors, []);
    });
  });
}
