// Comforts of reading: remembered settings, a table of contents that follows, the last place, citations, practices side by side.
import { describe, test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { startServer } from './lib/server.mjs';
import { chromiumPath, everyBrowser, launchChromium, pageOf } from './lib/browsers.mjs';
import { atRest, filesOf } from './lib/site.mjs';

const PRACTICE = 'practices/tianjin-wubitan/index.html';
const COMPARE = 'compare/index.html';

export default function comfort(site) {
  const files = filesOf(site);
  const missing = [PRACTICE, COMPARE].filter(file => !files.includes(file));
  const skip = missing.length ? `this site has no ${missing.join(', ')}` : false;

  // Steps that every browser takes, over HTTP and from the disk.
  for (const [name, launch] of Object.entries(everyBrowser())) {
    describe(`comfort in ${name}`, { skip: skip || (launch ? false : 'not installed here') }, () => {
      let browser, server, page;
      before(async () => { browser = await launch(); server = await startServer(site, '/kb/'); });
      after(async () => { await browser?.close(); await server?.close(); });
      for (const place of ['over HTTP', 'from the disk']) {
        describe(place, () => {
          const base = () => (place === 'over HTTP' ? server.base : pathToFileURL(site).href + '/');
          before(async () => { page = await browser.newPage(); });
          after(() => page?.close());

          test('large text is there on the next page', async () => {
            await page.goto(base() + PRACTICE);
            await page.until(() => document.querySelector('[data-display-large]').getClientRects().length);
            await page.eval(() => { if (!document.documentElement.dataset.text) document.querySelector('[data-display-large]').click(); });
            assert.equal(await page.eval(() => document.documentElement.dataset.text), 'large');
            await page.goto(base() + COMPARE);
            // Firefox treats each file on a disk as a site of its own.
            if (name === 'Firefox' && place === 'from the disk') return;
            assert.equal(await page.eval(() => document.documentElement.dataset.text), 'large');
            assert.equal(await page.eval(() => document.querySelector('[data-display-large]').getAttribute('aria-pressed')), 'true');
            await page.eval(() => document.querySelector('[data-display-large]').click());
            assert.equal(await page.eval(() => document.documentElement.hasAttribute('data-text')), false);
          });

          test('practices are chosen, shown side by side, and stay in the address', async () => {
            await page.goto(base() + COMPARE);
            await page.until(() => document.querySelector('.chooser-list input').getClientRects().length);
            await page.eval(() => { for (const at of [0, 2]) document.querySelectorAll('.chooser-list input')[at].click(); });
            const heads = () => page.eval(() => Array.from(document.querySelectorAll('.side-by-side thead th'), cell => cell.textContent.trim()));
            const chosen = await heads();
            assert.equal(chosen.length, 2);
            const address = await page.eval(() => location.href);
            assert.match(address, /pick=/);
            await page.goto('about:blank');
            await page.goto(address);
            await page.until(() => document.querySelector('.side-by-side'));
            assert.deepEqual(await heads(), chosen);
          });
        });
      }
    });
  }

  describe('comfort in detail', { skip: skip || (chromiumPath() ? false : 'Chromium is not installed here') }, () => {
    let browser, server, context, page;
    before(async () => { browser = await launchChromium(); server = await startServer(site, '/kb/'); });
    after(async () => { await browser?.close(); await server?.close(); });
    const begin = async (options = {}) => {
      context = await browser.newContext(options);
      page = await pageOf(context);
    };
    beforeEach(() => server.reset());
    afterEach(() => context?.close());

    test('settings hold before the first paint, and nothing shifts', async () => {
      await begin();
      await page.pw.addInitScript(() => {
        localStorage.setItem('zhize.display', '{"text":"larger","contrast":"high","theme":"dark"}');
        window.__shifts = [];
        const note = entries => { for (const entry of entries) window.__shifts.push(entry.value); };
        window.__observer = new PerformanceObserver(list => note(list.getEntries()));
        window.__observer.observe({ type: 'layout-shift', buffered: true });
        window.__shift = () => { note(window.__observer.takeRecords()); return window.__shifts.reduce((sum, value) => sum + value, 0); };
      });
      // The large script arrives late; only what was painted before it counts.
      let arrive;
      const gate = new Promise(done => { arrive = done; });
      server.policy = file => (/assets\/site.*\.js$/.test(file) ? { gate } : null);
      const loaded = page.goto(server.base + PRACTICE);
      loaded.catch(() => { /* told below */ });
      await page.until(base => location.href.startsWith(base) && performance.getEntriesByName('first-contentful-paint').length, server.base);
      const settings = () => page.eval(() => { const { text, contrast, theme } = document.documentElement.dataset; return [text, contrast, theme]; });
      assert.notEqual(await page.eval(() => document.readyState), 'complete', 'the script has not come yet');
      assert.deepEqual(await settings(), ['larger', 'high', 'dark']);
      arrive();
      await loaded;
      await page.eval(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));
      await atRest(page, server);
      assert.deepEqual(await settings(), ['larger', 'high', 'dark']);
      const shift = await page.eval(() => window.__shift());
      assert.ok(shift < 0.01, `shift ${shift}`);
    });

    test('damaged or forbidden storage is no obstacle', async () => {
      for (const spoil of [
        () => localStorage.setItem('zhize.display', '{"text":7,"theme":"\\" onload=alert(1)","contrast":null}'),
        () => { localStorage.setItem('zhize.display', '!'); localStorage.setItem('zhize.places', '{"a":1}'); },
        () => Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } }),
      ]) {
        await begin();
        await page.pw.addInitScript(spoil);
        await page.goto(server.base + PRACTICE);
        assert.equal(await page.eval(() => ['text', 'theme', 'contrast'].some(name => document.documentElement.hasAttribute('data-' + name))), false);
        await page.pw.locator('[data-display-large]').click();
        assert.equal(await page.eval(() => document.documentElement.dataset.text), 'large');
        assert.deepEqual(page.errors, []);
        await context.close();
      }
    });

    test('it says when a setting cannot be remembered', async () => {
      await begin();
      await page.pw.addInitScript(() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; });
      await page.goto(server.base + PRACTICE);
      await page.pw.locator('.display-more summary').click();
      await page.pw.locator('.display-panel input[value=high]').check();
      assert.match(await page.pw.locator('.display-panel').innerText(), /仅对本页有效/);
      await page.press('Escape');
      assert.equal(await page.eval(() => document.querySelector('.display-more').open), false);
    });

    test('contents say where the reader is', async () => {
      await begin({ viewport: { width: 1280, height: 600 } });
      await page.goto(server.base + 'cases/jiceng-baxiang-zhengzhi/index.html');
      for (const id of ['guoqi', 'nongcun-shequ']) {
        await page.eval(id => document.getElementById(id).scrollIntoView(), id);
        await page.until(id => document.querySelector('.contents [aria-current]')?.getAttribute('href') === '#' + id, id);
      }
    });

    test('the last place is offered, not jumped to', async () => {
      await begin({ viewport: { width: 390, height: 500 } });
      await page.goto(server.base + PRACTICE);
      await page.eval(() => document.getElementById('bianhua').scrollIntoView());
      await page.goto(server.base + 'index.html');
      await page.goto(server.base + PRACTICE);
      await page.until(() => document.querySelector('.resume'));
      assert.equal(await page.eval(() => scrollY), 0);
      assert.match(await page.pw.locator('.resume').innerText(), /成效/);
      await page.pw.locator('.resume button').first().click();
      await page.until(() => Math.abs(document.getElementById('bianhua').getBoundingClientRect().top) < 60);
      assert.equal(await page.pw.locator('.resume').count(), 0);
      // A link to a place leads there, not to the remembered place.
      await page.goto(server.base + 'index.html');
      await page.goto(server.base + PRACTICE + '#wu-zhong-qingxing');
      assert.equal(await page.pw.locator('.resume').count(), 0);
    });

    test('the citation to copy has the day and the address', async () => {
      await begin();
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.goto(server.base + PRACTICE + '?hl=x#bianhua');
      await page.pw.locator('.cite-as summary').click();
      await page.pw.locator('[data-copy=cite-gbt]').click();
      await page.until(() => /已复制引用格式/.test(document.querySelector('[data-reading-said]').textContent));
      const copied = await page.eval(() => navigator.clipboard.readText());
      assert.match(copied, /^知责\. 天津市“五必谈”制度\[EB\/OL\]\. \(\d{4}-\d\d-\d\d\)\[\d{4}-\d\d-\d\d\]\. http:\/\/[^?#]+index\.html\.$/);
    });

    test('reading aloud says that there is no voice, and reads with a local one', async () => {
      await begin();
      await page.goto(server.base + PRACTICE);
      await page.pw.locator('[data-aloud]').click();
      await page.until(() => /不支持朗读|未安装中文语音/.test(document.querySelector('[data-reading-said]').textContent));
      await context.close();
      await begin();
      await page.pw.addInitScript(() => {
        window.__spoken = [];
        class Utterance { constructor(text) { this.text = text; } }
        window.SpeechSynthesisUtterance = Utterance;
        const voices = [{ lang: 'zh-CN', localService: false, name: 'far' }, { lang: 'zh-CN', localService: true, name: 'near' }];
        Object.defineProperty(window, 'speechSynthesis', { value: {
          getVoices: () => voices, cancel() {}, addEventListener() {},
          speak(said) { window.__spoken.push([said.voice.name, said.text]); if (window.__spoken.length < 4) setTimeout(() => said.onend()); },
        } });
      });
      await page.goto(server.base + PRACTICE);
      await page.pw.locator('[data-aloud]').click();
      await page.until(() => window.__spoken.length === 4);
      const spoken = await page.eval(() => window.__spoken);
      assert.ok(spoken.every(([voice]) => voice === 'near'));
      assert.equal(spoken[0][1], '天津市“五必谈”制度');
      assert.ok(spoken.every(([, text]) => !/〔/.test(text)), 'marks of sources are not read');
      assert.equal(await page.eval(() => document.querySelectorAll('.is-spoken').length), 1);
      await page.pw.locator('[data-aloud-stop]').click();
      assert.equal(await page.eval(() => document.querySelectorAll('.is-spoken').length), 0);
    });

    test('the fifth practice is refused in words, unknown ones are said', async () => {
      await begin();
      await page.goto(server.base + COMPARE + '?pick=practices/nowhere,practices/tianjin-wubitan');
      assert.match(await page.pw.locator('[data-chooser-said]').innerText(), /未能显示/);
      for (let more = 0; more < 3; more++) await page.eval(() => Array.from(document.querySelectorAll('.chooser-list input')).find(box => !box.checked).click());
      assert.equal(await page.eval(() => document.querySelectorAll('.side-by-side thead th').length), 4);
      await page.eval(() => Array.from(document.querySelectorAll('.chooser-list input')).find(box => !box.checked).click());
      assert.equal(await page.eval(() => document.querySelectorAll('.side-by-side thead th').length), 4);
      assert.match(await page.pw.locator('[data-chooser-said]').innerText(), /最多选四项/);
    });

    test('a hostile choice in the address is inert', async () => {
      await begin();
      await page.goto(server.base + COMPARE + '?pick=' + encodeURIComponent('"><img src=x onerror=window.__hit=1>,__proto__,constructor'));
      assert.equal(await page.eval(() => window.__hit || document.querySelectorAll('.side-by-side, img[src=x]').length), 0);
      assert.deepEqual(page.errors, []);
    });
  });
}
