// A site with an English interface: what its scripts say, and whether longer
// words fit.
import { describe, test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium, pageOf } from './lib/browsers.mjs';
import { SEARCH, filesOf, searchFor } from './lib/site.mjs';

const CHINESE = /[\p{Script=Han}、。，：；？！（）《》〔〕]/u;

/** What a reader sees and hears of a page, except the numbers of articles. */
function saidBy() {
  const named = Array.from(document.querySelectorAll('[aria-label],[title],[placeholder]'), element =>
    ['aria-label', 'title', 'placeholder'].map(name => element.getAttribute(name) || '').join(' '));
  return [document.title, document.body.innerText, ...named].join('\n').replace(/第[一二三四]条/g, '');
}

export default function english(_site, { english: site }) {
  const skip = !site ? 'no English site was given' : chromiumPath() ? false : 'Chromium is not installed';
  describe('an English interface', { skip }, () => {
    let browser, server, page;
    before(async () => {
      browser = await launchChromium();
      page = await pageOf(await browser.newContext());
      server = await startServer(site, '/kb/');
    });
    after(async () => { await browser?.close(); await server?.close(); });

    const isEnglish = async where => {
      const said = await page.eval(saidBy);
      const line = said.split('\n').find(line => CHINESE.test(line));
      assert.equal(line, undefined, where);
    };

    test('every page is English after its scripts have run, and fits a phone', async () => {
      const pages = filesOf(site).filter(file => file.endsWith('.html') && !/^404|old-/.test(file));
      assert.ok(pages.length > 40, `${pages.length} pages`);
      for (const file of pages) {
        await page.goto(server.base + file);
        await page.until(() => document.readyState === 'complete');
        assert.equal(await page.eval(() => document.documentElement.lang), 'en');
        await isEnglish(file);
        for (const width of [1280, 390, 320]) {
          await page.pw.setViewportSize({ width, height: 800 });
          const over = await page.eval(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(over <= 0, `${file} is ${over} px too wide at ${width} px`);
        }
      }
    });

    test('a search says in English what it found, how it took the query, and why', async () => {
      await page.pw.setViewportSize({ width: 1280, height: 800 });
      await page.goto(server.base + SEARCH);
      const found = await searchFor(page, 'talks');
      assert.equal(found.state, 'ready');
      assert.match(found.status, /^\d+ entr(y|ies) found/);
      await page.until(() => document.querySelector('[data-search-facets] input'));
      await page.eval(() => { for (const ask of document.querySelectorAll('.hit-ask')) ask.click(); });
      await page.until(() => document.querySelector('.why-table'));
      await isEnglish('explanations');
      for (const query of ['talks zzqxj', '"talks', 'talks '.repeat(400), 'talks are held in writing as the first says and records of them', 'zzqxj']) {
        const { state } = await searchFor(page, query);
        assert.equal(state, 'ready');
        const said = await page.eval(() => document.querySelector('[data-search-notices]').innerText + document.querySelector('[data-search-status]').innerText);
        assert.doesNotMatch(said, CHINESE, query);
      }
    });

    test('suggestions are named in English', async () => {
      await page.goto(server.base + SEARCH);
      await searchFor(page, 'five');
      await page.until(() => document.querySelector('.suggest-option'));
      await isEnglish('suggestions');
    });

    test('what is in force is said in English', async () => {
      await page.goto(server.base + 'regulations/rules/index.html');
      await page.until(() => !document.querySelector('[data-validity-state]').hidden);
      assert.equal(await page.eval(() => document.querySelector('[data-validity-state]').textContent), 'In force');
      await page.goto(server.base + 'regulations/rules/index.html?as-of=2015-01-01');
      const said = await page.until(() => { const said = document.querySelector('[data-as-of-said]'); return !said.hidden && said.textContent; });
      assert.equal(said, 'No text of it existed on January 1, 2015: the earliest one held here has been in force since June 1, 2019. ');
    });

    test('a choice of practices is announced in English', async () => {
      await page.goto(server.base + 'compare/index.html');
      await page.until(() => document.querySelector('.chooser-list input').getClientRects().length);
      await page.eval(() => { for (const box of document.querySelectorAll('.chooser-list input')) box.click(); });
      await page.until(() => document.querySelector('[data-chooser-table] table'));
      assert.match(await page.eval(() => document.querySelector('[data-chooser-said]').textContent), /^2 chosen/);
      await isEnglish('the comparison');
    });
  });
}
