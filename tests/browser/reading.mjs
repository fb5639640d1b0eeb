// Everything but the search: pages without script, strict policies, wrong media types, no requests to other sites.
import { describe, test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium, pageOf } from './lib/browsers.mjs';
import { SEARCH, facets, filesOf, searchFor, settled } from './lib/site.mjs';

const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types zhize";

export default function reading(site) {
  // A server shows 404.html under any address, so it looks for its style in every folder above.
  const pages = filesOf(site).filter(file => file.endsWith('.html') && file !== '404.html');
  // One page of each folder represents its kind.
  const kinds = Object.values(Object.fromEntries(pages.map(file => [file.split('/').slice(0, 1) + file.split('/').length, file])));

  describe('around the search', { skip: chromiumPath() ? false : 'Chromium is not installed here' }, () => {
    let browser, server, context, page;
    before(async () => { browser = await launchChromium(); server = await startServer(site, '/kb/'); });
    after(async () => { await browser?.close(); await server?.close(); });
    const begin = async (options = {}) => {
      server.reset();
      context = await browser.newContext(options);
      page = await pageOf(context);
    };
    afterEach(() => context?.close());

    test('every kind of page asks this site alone for what it needs, and gets it', async () => {
      await begin();
      const failed = [];
      page.pw.on('response', response => { if (response.status() >= 400 && !/favicon\.ico$/.test(response.url())) failed.push(`${response.status()} ${response.url()}`); });
      for (const file of kinds) await page.goto(server.base + file);
      assert.deepEqual(page.requests.filter(url => !url.startsWith(server.base) && !/favicon\.ico$|^data:/.test(url)), []);
      assert.deepEqual(failed, []);
      assert.deepEqual(page.errors, []);
    });

    test('the style sheet of a page has every rule that applies to it', async () => {
      await begin();
      await page.goto(server.base + 'new/index.html');
      const whole = await page.eval(async () => {
        const { resultsStyle } = document.querySelector('script[data-results-style]').dataset;
        const sheets = [document.querySelector('link[rel=stylesheet]').href, new URL('../' + resultsStyle, location.href).href];
        return Promise.all(sheets.map(sheet => fetch(sheet).then(answer => answer.text())));
      });
      const without = whole.join('').replace(/\s+/g, '').length;
      for (const file of kinds) {
        await page.goto(server.base + file);
        if (file === SEARCH) await searchFor(page, '五必谈');
        const { own, missed } = await page.eval(async ([site, results]) => {
          const href = document.querySelector('link[rel=stylesheet]').href;
          const own = await fetch(href).then(answer => answer.text());
          const rulesOf = text => {
            const sheet = new CSSStyleSheet(), found = [];
            sheet.replaceSync(text);
            const add = (rules, media) => { for (const rule of rules) { if (rule.selectorText) found.push([media + rule.cssText, rule.selectorText]); else if (rule.cssRules) add(rule.cssRules, rule.conditionText + ' '); } };
            add(sheet.cssRules, '');
            return found;
          };
          const has = new Set(rulesOf(own).map(([text]) => text));
          // What a rule would apply to, whatever is pointed at or chosen.
          const still = selector => selector.replace(/::[\w-]+|:(hover|focus|focus-visible|focus-within|target|checked|active|before|after)\b/g, '').replace(/:not\(\)/g, '').replace(/(^|[\s>+~,])(?=$|,)/g, '$1*');
          const applies = selector => { try { return document.querySelector(still(selector)) !== null; } catch { return true; } };
          // Results belong to the search page, and elsewhere to the search that opens over the page.
          const wanted = document.querySelector('[data-search-results]') ? rulesOf(site + results) : rulesOf(site);
          return { own: own.replace(/\s+/g, '').length, missed: wanted.filter(([text, selector]) => !has.has(text) && applies(selector)).map(([text]) => text) };
        }, whole);
        assert.deepEqual(missed, [], file);
        assert.ok(own < without, `${file} has a part of all rules`);
      }
    });

    test('without script, pages are whole and the search page leads on', async () => {
      await begin({ javaScriptEnabled: false });
      await page.goto(server.base + 'practices/tianjin-wubitan/index.html');
      assert.match(await page.pw.locator('main').innerText(), /五必谈/);
      await page.pw.locator('form[role=search] input[name=q]').first().fill('责任');
      await page.pw.locator('form[role=search] input[name=q]').first().press('Enter');
      await page.pw.waitForURL(/search\/index\.html\?q=/);
      assert.match(await page.pw.locator('main').innerText(), /未启用 JavaScript/);
      const links = page.pw.locator('main .search-list a');
      assert.ok(await links.count() >= 4);
      await links.last().click();
      await page.pw.waitForURL(url => !/search\/index/.test(url.pathname));
      assert.ok(await page.pw.locator('main h1').isVisible());
    });

    test('a strict policy with trusted types stops nothing', async () => {
      await begin();
      server.headers = { 'Content-Security-Policy': STRICT, 'X-Content-Type-Options': 'nosniff' };
      await page.pw.addInitScript(() => {
        window.__violations = [];
        document.addEventListener('securitypolicyviolation', event => window.__violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
      });
      for (const file of kinds) {
        await page.goto(server.base + file);
        assert.deepEqual(await page.eval(() => window.__violations), [], file);
      }
      await page.goto(server.base + SEARCH);
      const { hits, state, status } = await searchFor(page, '五必谈');
      assert.equal(state, 'ready', status);
      await facets(page);
      assert.deepEqual(await page.eval(() => window.__violations), []);
      await page.goto(hits[0].href);
      await page.until(() => document.querySelector('main mark'));
      assert.deepEqual(await page.eval(() => window.__violations), []);
      assert.deepEqual(page.errors, []);
    });

    test('a script that does not arrive is missed in words', async () => {
      await begin();
      server.policy = file => (/assets\/site.*\.js$/.test(file) ? { status: 404 } : null);
      await page.goto(server.base + SEARCH);
      await page.until(() => getComputedStyle(document.querySelector('[data-search-waiting]')).visibility === 'visible');
      assert.ok(await page.pw.locator('.search-list a').first().isVisible());
    });

    for (const [name, type] of [['application/octet-stream', 'application/octet-stream'], ['text/plain in another charset', 'text/plain; charset=gbk'], ['text/html', 'text/html']]) {
      test(`index and engine served as ${name} work`, async () => {
        await begin();
        server.types = { ...server.types, wasm: type, bin: type };
        await page.goto(server.base + SEARCH);
        const { hits, state, status } = await searchFor(page, '秦岭');
        assert.equal(state, 'ready', status);
        assert.ok(hits.length > 0);
      });
    }

    test('the box on the home page leads to the results', async () => {
      await begin();
      await page.goto(server.base + 'index.html');
      const box = page.pw.locator('form[role=search] input[name=q]').first();
      await box.fill('四责协同');
      await box.press('Enter');
      await page.pw.waitForURL(/search\/index\.html\?q=/);
      const { query, hits } = await settled(page);
      assert.equal(query, '四责协同');
      assert.ok(hits.length > 0);
    });

    test('a first search costs little', async () => {
      await begin();
      const sizes = new Map();
      page.pw.on('response', async response => { if (response.ok()) sizes.set(response.url(), Number(response.headers()['content-length'] ?? 0)); });
      await page.goto(server.base + SEARCH);
      await searchFor(page, '五必谈');
      const index = [...sizes].filter(([url]) => /\.bin$/.test(url)).reduce((sum, [, size]) => sum + size, 0);
      assert.ok(index > 0 && index < 120_000, `${index} bytes of index`);
    });
  });
}
