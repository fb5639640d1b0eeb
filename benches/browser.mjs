// What a reader waits for and downloads, in a real Chromium, beside Pagefind:
//
//   node benches/browser.mjs SITE [--pagefind BUNDLE] [--queries FILE.tsv] [--count N]
//
// SITE is a built site; BUNDLE what `npx pagefind --site SITE --output-path
// BUNDLE` wrote. Both are served by the same plain server (no compression) over
// the same emulated line (40 ms, 10 Mbit/s). *Cold* begins with an empty cache
// and no page; it ends when five results with snippets are there. *Further* is
// the next query in the same page. Both engines answer each query in turn.
// Bytes are those of bodies; the page's own HTML and style are not counted,
// since only one of the two has any.
import fs from 'node:fs';
import path from 'node:path';
import { launchChromium } from '../tests/browser/lib/browsers.mjs';
import { startServer } from '../tests/browser/lib/server.mjs';
import { filesOf, wordsOf } from '../tests/browser/lib/site.mjs';

const LINE = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 };
const RESULTS = 5;

const [site, ...options] = process.argv.slice(2);
const option = name => (options.includes(name) ? options[options.indexOf(name) + 1] : undefined);
if (!site) {
  console.log('usage: node benches/browser.mjs SITE [--pagefind BUNDLE] [--queries FILE.tsv] [--count N]');
  process.exit(0);
}
const bundle = option('--pagefind');
const count = Number(option('--count') ?? 60);

/** Every page of the site, below its folder. */
const pages = () => filesOf(site).filter(file => /(^|\/)index\.html$/.test(file)).sort();

/** Short strings of the pages' texts and titles, the same for the same site. */
function drawn() {
  let state = 1;
  const random = below => (state = (state * 1103515245 + 12345) % 2147483648) % below;
  const all = pages().filter(page => !/^(search|data)\//.test(page));
  const queries = [];
  while (queries.length < count) {
    const page = all[random(all.length)];
    const title = (/<title>([^<_]*)/.exec(fs.readFileSync(path.join(site, page), 'utf8')) ?? [])[1] ?? '';
    const text = queries.length % 3 ? wordsOf(site, page) : title;
    const runs = text.match(/\p{Script=Han}{4,}/gu) ?? [];
    if (!runs.length) continue;
    const run = runs[random(runs.length)];
    const length = Math.min(run.length, 2 + random(5));
    queries.push(run.substr(random(run.length - length + 1), length));
  }
  return queries;
}

const queries = option('--queries')
  ? fs.readFileSync(option('--queries'), 'utf8').split('\n').filter(Boolean).map(line => line.split('\t')[1]).filter(Boolean).slice(0, count)
  : drawn();

// How many pages contain each query literally: no engine can show more.
const texts = pages().map(page => wordsOf(site, page));
const held = new Map(queries.map(query => {
  const words = query.replace(/\s/g, '');
  return [query, texts.filter(text => text.includes(words)).length];
}));

const at = (values, share) => values.slice().sort((a, b) => a - b)[Math.round((values.length - 1) * share)];
const row = (name, values) => console.log(name.padEnd(34), ...[0.5, 0.9, 1].map(share => String(Math.round(at(values, share))).padStart(9)));

const OURS = {
  name: 'zhize',
  folder: site,
  page: 'search/index.html',
  counts: file => /^(search\/.*\.bin|assets\/.*\.(js|bin))$/.test(file),
  search: async ({ query, results }) => {
    const { hits } = await window.zhize.search(query, { limit: results });
    return hits.map(hit => hit.url);
  },
};
const PAGEFIND = {
  name: 'Pagefind',
  page: 'bench.html',
  counts: file => file !== 'bench.html',
  search: async ({ query, results }) => {
    window.pagefind ??= await import(new URL('pagefind.js', location.href).href);
    const { results: all } = await window.pagefind.search(query);
    const found = await Promise.all(all.slice(0, results).map(result => result.data()));
    return found.map(result => result.raw_url);
  },
};
if (bundle) {
  PAGEFIND.folder = bundle;
  fs.writeFileSync(path.join(bundle, 'bench.html'), '<!doctype html><title>bench</title>');
}

const browser = await launchChromium();
try {
  for (const engine of bundle ? [OURS, PAGEFIND] : [OURS]) {
    const server = await startServer(path.resolve(engine.folder));
    const cold = { ms: [], bytes: [], files: [] }, further = { ms: [], bytes: [], files: [] }, warm = [];
    let possible = 0, holding = 0;
    const size = file => fs.statSync(path.join(engine.folder, file)).size;
    for (const [number, query] of queries.entries()) {
      const context = await browser.newContext();
      const page = await context.newPage();
      const line = await context.newCDPSession(page);
      await line.send('Network.enable');
      await line.send('Network.emulateNetworkConditions', LINE);
      server.log.length = 0;
      const measure = async (into, ask) => {
        server.log.length = 0;
        const began = performance.now();
        const urls = await ask();
        into.ms.push(performance.now() - began);
        const files = server.log.filter(file => file && engine.counts(file) && fs.existsSync(path.join(engine.folder, file)));
        into.files.push(files.length);
        into.bytes.push(files.reduce((sum, file) => sum + size(file), 0));
        return urls;
      };
      const search = query => page.evaluate(engine.search, { query, results: RESULTS });
      const urls = await measure(cold, async () => {
        await page.goto(server.base + engine.page, { waitUntil: 'commit' });
        if (engine === OURS) await page.waitForFunction(() => window.zhize && window.zhize.search);
        return search(query);
      });
      possible += Math.min(RESULTS, held.get(query));
      for (const url of urls) {
        const text = wordsOf(site, decodeURI(url).replace(/^\//, '').replace(/(^|\/)$/, '$1index.html'));
        if (text.includes(query.replace(/\s/g, ''))) holding++;
      }
      await measure(further, () => search(queries[(number + 1) % queries.length]));
      const began = await page.evaluate(() => performance.now());
      await search(query);
      warm.push(await page.evaluate(began => performance.now() - began, began));
      await context.close();
    }
    console.log(`\n${engine.name}, ${queries.length} queries`.padEnd(35), '   median      p90     most');
    for (const [name, { ms, bytes, files }] of [['cold', cold], ['further', further]]) {
      row(`${name}, ms to five results`, ms);
      row(`${name}, bytes`, bytes);
      row(`${name}, requests`, files);
    }
    row('warm, ms', warm);
    console.log(`${holding} results hold the words as typed, where ${possible} could`);
    await server.close();
  }
} finally {
  await browser.close();
}
