// Whatever an address says after “?” and “#”, it becomes text and nothing else:
// no link out of the site, no script, no markup, no property of all objects.
import { describe, test, before, after, beforeEach, afterEach } from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { startServer } from './lib/server.mjs';
import { chromiumPath, launchChromium, pageOf } from './lib/browsers.mjs';
import { SEARCH, atRest, filesOf, settled } from './lib/site.mjs';

const THEME = new URL('../../themes/default/static/', import.meta.url).pathname;

/** Every parameter that the scripts read from addresses; add new ones here. */
const PARAMETERS = ['as-of', 'exact', 'hl', 'lost', 'organ', 'pick', 'q', 'region', 'responsibility', 'role', 'sort', 'stage', 'topic', 'type', 'versions', 'year'];

/** Each contains the word evil, so that the tests find it wherever it ends up. */
const PAYLOADS = [
  'javascript:window.evil=1//evil',
  ' java\tscript:window.evil=1//evil',
  'data:text/html,<script>window.evil=1</script>',
  '//evil.test/x',
  '\\\\evil.test\\x',
  'https://evil.test/x',
  '"\'><img id=evil src=x onerror="window.evil=1"><script id=evil>window.evil=1</script>',
  '__proto__',
  'constructor.prototype.evil',
];

/** Returns what an address turned into besides text. Runs in the page. */
function harm() {
  const found = [];
  for (const element of document.querySelectorAll('*')) {
    for (const { name, value } of Array.from(element.attributes)) {
      if (name.startsWith('on')) found.push(`${element.tagName} ${name}`);
      if (!['href', 'src', 'action', 'formaction', 'data', 'poster', 'srcdoc', 'xlink:href'].includes(name)) continue;
      let url;
      try { url = new URL(value, document.baseURI); } catch { continue; }
      const isScript = ['javascript:', 'data:', 'vbscript:', 'blob:'].includes(url.protocol) && /evil/.test(value);
      if (isScript || name === 'srcdoc' || /evil/.test(url.host)) found.push(`${element.tagName} ${name}=${value}`);
    }
    if (element.id === 'evil') found.push(`${element.tagName}#evil`);
  }
  if ('evil' in window && !(window.evil instanceof Element)) found.push('a script ran');
  for (const key of ['evil', 'q', 'hl', 'polluted', 'query']) if (key in Object.prototype || key in Array.prototype || key in Function.prototype) found.push(`every object has ${key}`);
  return found;
}

export default function addresses(site, options) {
  describe('parameters of addresses', { skip: chromiumPath() ? false : 'Chromium is not installed here' }, () => {
    let browser, context, page, outside, dialogs;
    const servers = [];
    before(async () => {
      browser = await launchChromium();
      for (const dir of [site, options.regulations].filter(Boolean)) servers.push(await startServer(dir, '/kb/'));
    });
    after(async () => {
      await browser?.close();
      for (const server of servers) await server.close();
    });
    beforeEach(async () => {
      // A service worker would answer requests for pages that were already loaded.
      context = await browser.newContext({ serviceWorkers: 'block' });
      page = await pageOf(context);
      outside = [];
      dialogs = [];
      page.pw.on('request', request => { if (!servers.some(server => request.url().startsWith(server.origin))) outside.push(request.url()); });
      page.pw.on('dialog', dialog => { dialogs.push(dialog.message()); dialog.dismiss(); });
    });
    afterEach(() => context.close());

    const check = async (server, address) => {
      await page.goto(server.base + address);
      await atRest(page, server, 50);
      assert.deepEqual(await page.eval(harm), [], address);
      assert.deepEqual([outside, dialogs, page.errors], [[], [], []], address);
      assert.ok((await page.eval(() => location.href)).startsWith(server.base), address);
    };
    const written = (names, payload) => names.map(name => `${name}=${encodeURIComponent(payload)}`).join('&');

    test('every parameter that a script reads is known', () => {
      const read = new Set();
      for (const file of filesOf(THEME).filter(file => file.endsWith('.js'))) {
        const text = fs.readFileSync(path.join(THEME, file), 'utf8');
        for (const [, name] of text.matchAll(/(?:params|URLSearchParams\([^)]*\)+)\.(?:get|getAll)\('([\w-]+)'\)/g)) read.add(name);
      }
      // The page passes these to the script.
      const [, facets] = /data-search-facets="([^"]*)"/.exec(fs.readFileSync(path.join(servers[0].dir, 'search/index.html'), 'utf8'));
      for (const name of facets.split(' ')) read.add(name);
      assert.deepEqual([...read].sort(), PARAMETERS);
    });

    test('each kind of page takes all of them as text', async () => {
      for (const server of servers) {
        // One page of each folder and depth represents its kind.
        const kinds = new Map();
        for (const file of filesOf(server.dir).filter(file => file.endsWith('.html'))) kinds.set(file.split('/')[0] + file.split('/').length, file);
        assert.ok(kinds.size > 8, String(kinds.size));
        for (const file of kinds.values()) {
          for (const payload of PAYLOADS) {
            const all = written([...PARAMETERS, payload], payload);
            await check(server, `${file}?${all}#${encodeURIComponent(payload)}`);
          }
          await check(server, `${file}#?${written(PARAMETERS, PAYLOADS[0])}`);
        }
      }
    });

    test('each alone, on the pages that read them', async () => {
      const [server] = servers;
      const files = filesOf(server.dir);
      const pages = [SEARCH, 'offline/index.html', files.find(file => /^practices\/[^/]+\/index\.html$/.test(file))];
      for (const file of pages) {
        for (const name of PARAMETERS) for (const payload of PAYLOADS) await check(server, `${file}?${written([name], payload)}`);
      }
    });

    test('a search for each of them comes to an end', async () => {
      const [server] = servers;
      for (const payload of PAYLOADS) {
        await page.goto(`${server.base}${SEARCH}?${written(['q', 'type', 'organ'], payload)}`);
        assert.notEqual((await settled(page)).state, 'error', payload);
        assert.deepEqual(await page.eval(harm), [], payload);
      }
      assert.deepEqual([outside, dialogs], [[], []]);
    });

    test('a page that was not kept is offered again, and no other place', async () => {
      const [server] = servers;
      const offered = async lost => {
        await page.goto(`${server.base}offline/index.html?lost=${encodeURIComponent(lost)}`);
        await atRest(page, server, 50);
        return page.eval(() => {
          const part = document.querySelector('[data-offline-lost]');
          return part.hidden ? null : part.querySelector('a').href;
        });
      };
      assert.equal(await offered('practices/index.html'), `${server.base}practices/index.html`);
      for (const lost of [...PAYLOADS.slice(0, 6), '../../outside.html', '/', '/kbx/', 'http://', `${server.origin}/kbevil/`]) {
        assert.equal(await offered(lost), null, lost);
      }
    });

    test('a lost address at any depth is answered with style, search and the nearest pages', async () => {
      const [server] = servers;
      const body = fs.readFileSync(path.join(server.dir, '404.html'));
      server.policy = file => (fs.existsSync(path.join(server.dir, file)) ? {} : { status: 404, body, type: 'text/html; charset=utf-8' });
      const near = async address => {
        await page.goto(server.base + address);
        await page.until(() => document.querySelector('[data-lost-near] li') !== null);
        await page.until(() => Array.from(document.styleSheets).some(sheet => /assets\/site\./.test(sheet.href)));
        assert.deepEqual(await page.eval(harm), [], address);
        const found = await page.eval(() => ({
          form: document.querySelector('form').action, home: document.querySelector('.brand').href,
          pages: Array.from(document.querySelectorAll('[data-lost-near] a'), link => link.href),
        }));
        assert.equal(found.form, `${server.base}${SEARCH}`);
        assert.equal(found.home, `${server.base}index.html`);
        return found.pages[0];
      };
      try {
        for (const address of ['tianjin-wubitn.html', 'practices/tianjin-wubitn/', 'a/b/c/Tianjin_Wubitan', encodeURI('x/天津市五必谈.html')]) {
          assert.equal(await near(address), `${server.base}practices/tianjin-wubitan/index.html`, address);
        }
        for (const payload of PAYLOADS) {
          await page.goto(`${server.base}practices/${encodeURIComponent(`tianjin-wubitan ${payload}`)}`);
          await page.until(() => document.querySelector('[data-lost-near] li') !== null);
          assert.deepEqual(await page.eval(harm), [], payload);
        }
      } finally {
        server.policy = null;
      }
      assert.deepEqual([outside, dialogs], [[], []]);
    });
  });
}
