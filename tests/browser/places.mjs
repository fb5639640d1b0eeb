// Where a reader stands on a page: after going back, after a reload, at an old
// address, and in a frame that has no origin.
import { describe, test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium, pageOf } from './lib/browsers.mjs';
import { SEARCH, filesOf, settled } from './lib/site.mjs';

const QUERY = encodeURIComponent('责任');

export default function placesSuite(site) {
  describe('places', { skip: chromiumPath() ? false : 'Chromium is not installed here' }, () => {
    let browser, context, server, page;
    before(async () => { browser = await launchChromium(); server = await startServer(site); });
    after(async () => { await browser?.close(); await server?.close(); });
    beforeEach(async () => {
      server.headers = {};
      context = await browser.newContext({ viewport: { width: 800, height: 600 } });
      page = await pageOf(context);
    });
    afterEach(async () => { assert.deepEqual(page.errors, []); await context.close(); });

    const height = () => page.eval(() => Math.round(window.scrollY));
    const isAt = y => page.until(y => Math.abs(window.scrollY - y) < 3, y);
    /** Scrolls away from where the page opened, and tells where that is. */
    const scrollAway = async () => {
      const from = await height();
      await page.eval(() => window.scrollTo(0, window.scrollY > 400 ? window.scrollY - 300 : window.scrollY + 300));
      const to = await height();
      assert.ok(Math.abs(to - from) > 100, 'the page is long enough to scroll');
      return to;
    };

    for (const place of ['over HTTP', 'from the disk']) {
      const base = () => (place === 'over HTTP' ? server.base : pathToFileURL(site).href + '/');

      /** Opens the first hit that lies below the first screen of its page. */
      const openHit = async () => {
        await page.goto(`${base()}${SEARCH}${place === 'over HTTP' ? '' : '#'}?q=${QUERY}`);
        const { hits } = await settled(page);
        for (const hit of hits.filter(hit => hit.href.includes('#'))) {
          await page.goto(hit.href);
          await page.until(() => document.querySelector('main mark'));
          if (await height() > 300) return hit.href;
        }
        throw new Error('no hit lies below the first screen');
      };

      test(`a page of a hit keeps its place after a reload, ${place}`, async () => {
        await openHit();
        const y = await scrollAway();
        await page.pw.reload();
        await page.until(() => document.querySelector('main mark'));
        await isAt(y);
      });

      test(`a page of a hit keeps its place when the reader comes back, ${place}`, async () => {
        await openHit();
        const y = await scrollAway();
        await page.goto(`${base()}index.html`);
        await page.pw.goBack();
        await page.until(() => document.querySelector('main mark'));
        await isAt(y);
        await page.pw.goForward();
        await page.until(() => !location.href.includes('hl='));
        await page.pw.goBack();
        await page.until(() => document.querySelector('main mark'));
        await isAt(y);
      });

      test(`a list of results keeps its place when the reader comes back, ${place}`, async () => {
        await page.goto(`${base()}${SEARCH}${place === 'over HTTP' ? '' : '#'}?q=${QUERY}`);
        const before = await settled(page);
        const last = page.pw.locator('[data-search-results] > li .hit-title a').last();
        await last.scrollIntoViewIfNeeded();
        const y = await height();
        assert.ok(y > 300, 'the list is longer than a screen');
        await last.click();
        await page.until(() => location.href.includes('hl='));
        await page.pw.goBack();
        const again = await settled(page);
        assert.deepEqual(again.hits.map(hit => hit.title), before.hits.map(hit => hit.title));
        await isAt(y);
      });

      test(`an old address hands on its anchor and its parameters, ${place}`, async () => {
        const old = filesOf(site).find(file => file.endsWith('.html') && fs.readFileSync(path.join(site, file), 'utf8').includes('<body class="kind-redirect">'));
        assert.ok(old, 'the site has an old address');
        for (const more of ['', '#h-1', `?hl=${QUERY}`, `?hl=${QUERY}#%E8%B4%A3-1`, '?a=1&b=%26#a?b']) {
          await page.goto(`${base()}${old}${more}`);
          await page.until(() => document.body && !document.body.classList.contains('kind-redirect'));
          const shown = await page.eval(() => [location.search, location.hash]);
          // A link that names no place goes to the one for which the old address stands.
          if (more.includes('#')) assert.equal(shown.join(''), more);
          else assert.equal(shown[0], more);
        }
      });
    }

    describe('in a frame that has no origin', () => {
      /** Shows a page of the site in a frame of another page. */
      const inFrame = async (sandbox, url) => {
        await page.goto(server.base + '404.html');
        await page.eval((sandbox, url) => {
          const frame = document.createElement('iframe');
          frame.setAttribute('sandbox', sandbox);
          frame.src = url;
          document.body.replaceChildren(frame);
        }, sandbox, url);
        const framed = await (await page.pw.waitForSelector('iframe')).contentFrame();
        return { until: (f, ...args) => framed.waitForFunction(f, ...args), frame: framed };
      };
      const found = () => {
        const root = document.querySelector('[data-search-page]');
        return root && root.getAttribute('data-search-state') !== 'loading' && root.querySelectorAll('[data-search-results] > li').length > 0;
      };

      for (const sandbox of ['allow-scripts', 'allow-scripts allow-forms', 'allow-scripts allow-popups']) {
        test(`search works with ${sandbox}`, async () => {
          const framed = await inFrame(sandbox, `${server.base}${SEARCH}?q=${QUERY}`);
          await framed.until(found);
        });
      }

      test('search works under a policy that takes the origin away', async () => {
        server.headers = { 'Content-Security-Policy': 'sandbox allow-scripts allow-forms' };
        await page.goto(`${server.base}${SEARCH}?q=${QUERY}`);
        assert.ok((await settled(page)).hits.length > 0);
      });

      test('other pages break nothing there', async () => {
        server.headers = { 'Content-Security-Policy': 'sandbox allow-scripts' };
        const kinds = filesOf(site).filter(file => /^(index|terms\/index|regions\/index|offline\/index|a-z\/index)\.html$/.test(file));
        for (const file of [...kinds, filesOf(site).find(file => /^practices\/[^/]+\/index\.html$/.test(file))]) await page.goto(server.base + file);
      });
    });
  });
}
