// Under the strictest policy that a host may set, every kind of page works,
// and the search too; if running wasm is not allowed, the search says so.
import { describe, test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium, pageOf } from './lib/browsers.mjs';
import { SEARCH, atRest, filesOf, searchFor, settled } from './lib/site.mjs';

const strict = wasm => `default-src 'none'; script-src 'self'${wasm ? " 'wasm-unsafe-eval'" : ''}; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'`;

export default function policySuite(site) {
  describe('a strict Content-Security-Policy', { skip: chromiumPath() ? false : 'Chromium is not installed here' }, () => {
    let browser, context, server, page, refused;
    before(async () => { browser = await launchChromium(); server = await startServer(site, '/kb/'); });
    after(async () => { await browser?.close(); await server?.close(); });
    beforeEach(async () => {
      server.reset();
      context = await browser.newContext();
      await context.addInitScript(() => {
        window.__refused = [];
        document.addEventListener('securitypolicyviolation', event => window.__refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
      });
      page = await pageOf(context);
      refused = [];
      page.pw.on('console', message => { if (/Content Security Policy|Trusted/.test(message.text())) refused.push(message.text()); });
    });
    afterEach(() => context.close());
    const violations = async () => (await page.eval(() => window.__refused)).concat(refused);

    test('each kind of page breaks nothing of it', async () => {
      server.headers = { 'Content-Security-Policy': strict(true) };
      // One page of each folder and depth represents its kind.
      const kinds = new Map();
      for (const file of filesOf(site).filter(file => file.endsWith('.html'))) kinds.set(file.split('/')[0] + file.split('/').length, file);
      assert.ok(kinds.size > 15, String(kinds.size));
      for (const file of kinds.values()) {
        await page.goto(server.base + file);
        await atRest(page, server, 150);
        assert.deepEqual(await violations(), [], file);
      }
      assert.deepEqual(page.errors, []);
    });

    test('search, suggestions and the service worker work', async () => {
      server.headers = { 'Content-Security-Policy': strict(true) };
      await page.goto(server.base + SEARCH);
      const found = await searchFor(page, '责任');
      assert.equal(found.state, 'ready', found.status);
      assert.ok(found.hits.length > 0);
      await page.eval(() => navigator.serviceWorker.ready.then(() => true));
      assert.deepEqual(await violations(), []);
      assert.deepEqual(page.errors, []);
    });

    test('where wasm is forbidden the page says so and offers the lists', async () => {
      server.headers = { 'Content-Security-Policy': strict(false) };
      await page.goto(`${server.base}${SEARCH}?q=${encodeURIComponent('责任')}`);
      const shown = await settled(page);
      assert.equal(shown.state, 'error');
      assert.match(shown.status, /WebAssembly/);
      assert.ok(shown.lists);
      assert.deepEqual(page.errors, []);
    });
  });
}
