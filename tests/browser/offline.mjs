// What is kept on a reader's device, in current Chromium: visited pages, the whole site, the next release, damage, and both switches.
import { describe, test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium, pageOf } from './lib/browsers.mjs';
import { eventually } from './lib/patience.mjs';
import { SEARCH, atRest, documentsOf, searchFor } from './lib/site.mjs';

const GOODBYE = fs.readFileSync(new URL('../../src/offline/goodbye.js', import.meta.url), 'utf8');

export default function offlineSuite(site) {
  const hasWorker = fs.existsSync(path.join(site, 'offline/index.html'));
  const reason = !chromiumPath() ? 'Chromium is not installed here' : !hasWorker ? 'this site keeps nothing' : false;
  describe('without a connection', { skip: reason }, () => {
    const pages = documentsOf(site);
    let browser, context, server, page, folder;
    before(async () => { browser = await launchChromium(); server = await startServer(site, '/kb/子目录/'); });
    after(async () => { await browser?.close(); await server?.close(); });
    beforeEach(async () => {
      server.reset();
      folder = null;
      context = await browser.newContext();
      page = await pageOf(context);
    });
    afterEach(async () => {
      await context.close();
      if (folder) fs.rmSync(folder, { recursive: true });
    });

    /** A copy of the site, changed as a new release would be. */
    const release = change => {
      folder = folder ?? fs.mkdtempSync(path.join(os.tmpdir(), 'zhize-release-'));
      const dir = fs.mkdtempSync(path.join(folder, 'r'));
      fs.cpSync(site, dir, { recursive: true });
      change((file, edit) => fs.writeFileSync(path.join(dir, file), edit(fs.readFileSync(path.join(dir, file), 'utf8'))), dir);
      return dir;
    };
    const newWorker = write => write('sw.js', text => text.replace(/RELEASE = "\w+"/, 'RELEASE = "00000001"'));
    /** Cuts every connection, as if the network were gone. */
    const cut = () => { server.policy = () => ({ gone: true }); };
    const heal = () => { server.policy = null; };
    const controlled = () => page.eval(() => navigator.serviceWorker.ready.then(() => new Promise(done => {
      if (navigator.serviceWorker.controller) done();
      else navigator.serviceWorker.addEventListener('controllerchange', () => done());
    })));
    const kept = file => page.until(async url => Boolean(await caches.match(url)), server.base + file);
    const title = () => page.eval(() => document.title);
    const note = () => page.until(() => { const note = document.querySelector('.offline-note span'); return note && note.textContent; });
    const visit = async file => { await page.goto(server.base + file); return title(); };
    const text = name => page.eval(name => document.querySelector(`[data-offline-${name}]`).textContent, name);
    /** Waits until the worker of a release controls the open page. */
    const update = async () => {
      await page.eval(() => { window.__before = navigator.serviceWorker.controller; });
      await page.until(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        // Looked for again: a look that began before the release was there counts as this one. The old worker
        // itself is not asked anything, since it stays as long as it is busy.
        if (!registration.installing && !registration.waiting) await registration.update();
        return navigator.serviceWorker.controller !== window.__before;
      });
    };
    const keepAll = async () => {
      await visit('offline/index.html');
      await page.until(() => document.querySelector('[data-offline-keep]:not([hidden])') && /文件/.test(document.querySelector('[data-offline-size]').textContent));
      await page.eval(() => document.querySelector('[data-offline-keep]').click());
      await page.until(() => /已保存在本机|未能|不同/.test(document.querySelector('[data-offline-status]').textContent));
      return text('status');
    };

    test('pages that were read can be read again, the first one too; others say that they are not kept', async () => {
      const first = await visit(pages[0]);
      await controlled();
      await kept(pages[0]);
      const second = await visit(pages[1]);
      await kept(pages[1]);
      cut();
      assert.equal(await visit(pages[1] + '?from=elsewhere'), second);
      assert.match(await note(), /保存在本机的副本/);
      assert.equal(await visit(pages[0].replace('index.html', '')), first);
      assert.equal(await page.eval(() => getComputedStyle(document.querySelector('.masthead')).display !== 'none' && document.styleSheets.length > 0), true);
      await visit(pages[2]);
      assert.match(await page.eval(() => location.pathname), /offline\/index\.html$/);
      await page.until(() => /未保存在本机/.test(document.querySelector('[data-offline-lost]').textContent));
      const retry = await page.eval(() => document.querySelector('[data-offline-lost] a').href);
      assert.equal(decodeURI(retry), decodeURI(server.base) + pages[2]);
      const read = await page.until(() => { const links = Array.from(document.querySelectorAll('[data-offline-read] a'), link => link.textContent); return links.length ? links : null; });
      // The list names pages without the site.
      const named = title => title.replace(/_[^_]*$/, '');
      assert.ok(read.includes(named(first)) && read.includes(named(second)));
      heal();
      assert.doesNotMatch(await visit(pages[2]), /离线使用/);
      assert.deepEqual(page.errors, []);
    });

    test('the whole site can be kept, with its size said before, and searched', async () => {
      await visit('index.html');
      await controlled();
      assert.match(await keepAll(), /已保存在本机/);
      assert.match(await text('size'), /个文件，[\d.]+ [KM]B/);
      cut();
      assert.doesNotMatch(await visit(pages[3]), /离线使用/);
      await visit(SEARCH);
      const found = await searchFor(page, '责任');
      assert.ok(found.hits.length > 0, found.status);
      assert.match(await note(), /副本/);
      assert.deepEqual(page.errors, []);
    });

    test('keeping goes on where it broke off, and wrong bytes are not kept', async () => {
      await visit('index.html');
      await controlled();
      server.policy = file => (file === pages[1] || file === pages[2] ? { flip: 0.5 } : file === pages[3] ? { status: 404 } : null);
      assert.match(await keepAll(), /有 3 个文件未能下载/);
      heal();
      server.log.length = 0;
      await page.eval(() => document.querySelector('[data-offline-keep]').click());
      await page.until(() => /已保存在本机/.test(document.querySelector('[data-offline-status]').textContent));
      const asked = server.log.filter(file => pages.includes(file));
      assert.deepEqual(asked.sort(), [pages[1], pages[2], pages[3]].sort());
    });

    test('files that are altered on their way are told from a lost connection', async () => {
      await visit('index.html');
      await controlled();
      server.policy = file => (file === pages[1] || file === pages[2] ? { flip: 0.5 } : null);
      assert.match(await keepAll(), /有 2 个文件的内容与网站发布的不同/);
    });

    test('a damaged file of the kept site is loaded anew', async () => {
      await visit('index.html');
      await controlled();
      await keepAll();
      const damaged = await page.eval(async () => {
        const name = (await caches.keys()).find(name => / whole /.test(name));
        const cache = await caches.open(name);
        const shards = (await cache.keys()).filter(request => /search\/[^/]+\/[^/]+\.bin$/.test(request.url));
        for (const request of shards) await cache.put(request, new Response(new Uint8Array(200).fill(7)));
        return shards.length;
      });
      assert.ok(damaged > 3);
      await visit(SEARCH);
      const found = await searchFor(page, '责任');
      assert.ok(found.hits.length > 0, found.status);
      await page.until(async () => {
        const cache = await caches.open((await caches.keys()).find(name => / whole /.test(name)));
        const shards = (await cache.keys()).filter(request => /search\/[^/]+\/[^/]+\.bin$/.test(request.url));
        const sizes = await Promise.all(shards.map(async request => (await (await cache.match(request)).arrayBuffer()).byteLength));
        return sizes.some(size => size !== 200);
      });
      cut();
      const again = await searchFor(page, '责任');
      assert.ok(again.hits.length > 0, again.status);
    });

    test('a release while a page is open: the page says so if it changed, and shows it', async () => {
      await visit(pages[0]);
      await controlled();
      await kept(pages[0]);
      await visit(pages[0]);
      server.dir = release(write => { newWorker(write); write(pages[0], html => html.replace('</h1>', '（新）</h1>')); });
      await update();
      assert.match(await note(), /本页内容已更新/);
      await page.eval(() => document.querySelector('.offline-note a').click());
      await page.until(() => /（新）/.test(document.querySelector('h1').textContent));
      // An unchanged page announces nothing.
      await visit(pages[1]);
      server.dir = release(write => write('sw.js', text => text.replace(/RELEASE = "\w+"/, 'RELEASE = "00000002"')));
      const mark = server.log.length;
      await update();
      await eventually(() => server.log.slice(mark).includes(pages[1]), 'the page to look for what is new');
      await atRest(page, server);
      assert.equal(await page.eval(() => document.querySelector('.offline-note')), null);
    });

    test('a kept site that is older says so and is brought up to date', async () => {
      await visit('index.html');
      await controlled();
      await keepAll();
      const list = fs.readdirSync(path.join(site, 'assets')).find(name => name.startsWith('files.'));
      // The same list in another release: files that are already kept are not requested again.
      server.dir = release(write => newWorker(write));
      await update();
      await visit(pages[0]);
      assert.match(await note(), /仍是旧版/);
      server.log.length = 0;
      assert.match(await keepAll(), /已保存在本机/);
      assert.ok(server.log.filter(file => file && file !== 'assets/' + list && /search\/.+\/|cases\/.+\//.test(file)).length === 0, server.log.join(' '));
      assert.equal(await page.eval(() => caches.keys().then(names => names.filter(name => / whole /.test(name)).length)), 1);
    });

    test('an old index never answers beside new pages: without the boot file but with a server, the search says so', async () => {
      await visit(SEARCH);
      await controlled();
      await visit(SEARCH);
      assert.ok((await searchFor(page, '责任')).hits.length > 0);
      await kept('search/boot.bin');
      server.policy = file => (file === 'search/boot.bin' ? { gone: true } : null);
      await visit(SEARCH);
      const found = await searchFor(page, '责任');
      assert.equal(found.state, 'error');
      assert.match(found.status, /boot\.bin/);
    });

    test('the reader’s switch leaves nothing and holds', async () => {
      await visit('offline/index.html');
      await controlled();
      await page.until(() => document.querySelector('[data-offline-keep]:not([hidden])'));
      await page.eval(() => document.querySelector('[data-offline-switch]').click());
      await page.until(() => /已关闭/.test(document.querySelector('[data-offline-status]').textContent));
      const state = () => page.eval(async () => [(await caches.keys()).filter(name => name.startsWith('zhize ')).length, (await navigator.serviceWorker.getRegistrations()).length]);
      assert.deepEqual(await state(), [0, 0]);
      // What a page in another window keeps after that is removed with the next page.
      await page.eval(folder => caches.open(`zhize ${folder} read`), new URL(server.base).pathname);
      await visit(pages[0]);
      await page.until(async () => (await caches.keys()).length === 0);
      assert.deepEqual(await state(), [0, 0]);
      await visit('offline/index.html');
      assert.match(await text('status'), /已关闭/);
      await page.eval(() => document.querySelector('[data-offline-switch]').click());
      await page.until(() => document.querySelector('[data-offline-keep]:not([hidden])'));
    });

    test('the reader’s switch waits for what is being written', async () => {
      await visit('offline/index.html');
      await controlled();
      await page.until(() => document.querySelector('[data-offline-keep]:not([hidden])'));
      // Pages that the worker stores while the switch is being turned.
      await page.eval((files, base) => {
        files.forEach(file => fetch(base + file));
        document.querySelector('[data-offline-switch]').click();
      }, pages, server.base);
      await page.until(() => /已关闭/.test(document.querySelector('[data-offline-status]').textContent));
      await page.eval((files, base) => Promise.all(files.map(file => fetch(base + file).then(answer => answer.text()))), pages, server.base);
      assert.deepEqual(await page.eval(() => caches.keys()), []);
    });

    test('a site that is kept no more removes its worker and all that it kept', async () => {
      await visit(pages[0]);
      await controlled();
      await kept(pages[0]);
      server.dir = release(write => {
        write('sw.js', () => GOODBYE);
        write(pages[0], html => html.replace(' data-offline', ''));
      });
      await visit(pages[0]);
      await page.eval(() => navigator.serviceWorker.getRegistration().then(found => found && found.update()).catch(() => {}));
      await page.until(async () => (await caches.keys()).length + (await navigator.serviceWorker.getRegistrations()).length === 0);
    });

    test('a server without the worker, or with a page in its place, is a site like any other', async () => {
      for (const policy of [{ status: 404 }, { type: 'text/html', body: '<!doctype html><title>not this</title>' }]) {
        server.reset();
        server.policy = file => (file === 'sw.js' ? policy : null);
        await visit(pages[0]);
        await eventually(() => server.log.includes('sw.js'), 'the page to ask for the worker');
        await atRest(page, server);
        assert.equal(await page.eval(() => navigator.serviceWorker.getRegistrations().then(all => all.length)), 0);
        await visit(SEARCH);
        assert.ok((await searchFor(page, '责任')).hits.length > 0);
      }
      assert.deepEqual(page.errors, []);
    });
  });
}
