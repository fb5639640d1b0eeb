// Three ways to drive a browser, behind one small page:
//   current Chromium   Playwright
//   old Chromium       DevTools protocol over a socket; Playwright no longer speaks to it
//   Firefox            WebDriver BiDi over a socket; Playwright wants a patched one
//
// page: goto(url), eval(f, ...args), until(f, ...args), insertText(text),
// press(key), errors (uncaught exceptions), requests (addresses), close();
// `f` runs in the page and may be asynchronous; `until` asks it again and
// again until its answer is true, whatever is loaded meanwhile;
// Chromium alone: cdp(method, params), compose(text) as an input method does
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { WebSocket } from 'ws';
import { chromium } from 'playwright-core';
import { eventually, patience, within } from './patience.mjs';

const require = createRequire(import.meta.url);

export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-default-apps', '--lang=zh-CN'];

/** @param {string[]} names @returns {string | null} */
export function which(...names) {
  for (const name of names) {
    for (const folder of name.includes('/') ? [''] : (process.env.PATH ?? '').split(':')) {
      const file = path.join(folder, name);
      try { fs.accessSync(file, fs.constants.X_OK); return file; } catch { /* the next one */ }
    }
  }
  return null;
}

export const chromiumPath = () => which(process.env.CHROMIUM || 'chromium', 'chromium-browser', 'google-chrome');
export const firefoxPath = () => which(process.env.FIREFOX || 'firefox-esr', 'firefox');

/** On a busy machine a browser may fail to start, once. @template T @param {string} name @param {() => Promise<T>} launch @returns {Promise<T>} */
async function launchTwice(name, launch) {
  try {
    return await launch();
  } catch (error) {
    console.error(`${name} did not start, and is started once more. It said:\n${error.message}`);
    return launch();
  }
}

export function launchChromium() {
  return launchTwice('Chromium', () => chromium.launch({ executablePath: chromiumPath(), headless: true, args: FLAGS, timeout: patience() }));
}

/** Wraps a Playwright page. */
export async function pageOf(context) {
  const pw = await context.newPage();
  pw.setDefaultTimeout(patience());
  const errors = [], requests = [];
  pw.on('pageerror', error => errors.push(String(error)));
  pw.on('request', request => requests.push(request.url()));
  let wire = null;
  const cdp = async (method, params) => (wire = wire || await context.newCDPSession(pw)).send(method, params);
  return {
    pw, errors, requests, cdp,
    compose: words => cdp('Input.imeSetComposition', composition(words)),
    goto: url => pw.goto(url),
    eval: (f, ...args) => within(`an answer to ${brief(f)}`, pw.evaluate(text(f, args))),
    until: (f, ...args) => untilIn(expression => pw.evaluate(expression), f, args),
    insertText: words => pw.keyboard.insertText(words),
    press: key => pw.keyboard.press(key),
    close: () => pw.close(),
  };
}

const composition = words => ({ text: words, selectionStart: words.length, selectionEnd: words.length });
const brief = f => String(f).replace(/\s+/g, ' ').slice(0, 300);
const text = (f, args) => `(${f})(${args.map(value => JSON.stringify(value) ?? 'undefined').join(',')})`;

// A page that is left while it answers may never answer, and a busy one answers late, so the question is asked again.
const ASK_AGAIN_AFTER = 5000;

/** Resolves when `f` is true in the page, to its value. The question is repeated from outside, since the page may be left or its clock stopped. */
async function untilIn(evaluate, f, args) {
  let problem = '';
  const ask = async expression => JSON.parse(await within('an answer', evaluate(
    `(async () => { try { return JSON.stringify([await ${expression} || null, '']); } catch (error) { return JSON.stringify([null, String(error)]); } })()`), ASK_AGAIN_AFTER));
  const look = async () => {
    try {
      const [value, thrown] = await ask(text(f, args));
      problem = thrown;
      return value;
    } catch (error) {
      problem = error.message;
      return null;
    }
  };
  try {
    return await eventually(look, () => `${brief(f)}${args.length ? ` of ${JSON.stringify(args).slice(0, 200)}` : ''}${problem && `; ${problem}`}`);
  } catch (error) {
    // What was there instead is the most helpful message.
    const there = await ask(text(() => {
      const search = document.querySelector('[data-search-state]');
      return [location.href, document.title, search ? `${search.getAttribute('data-search-state')}: ${search.querySelector('[role=status]').textContent}` : ''].filter(Boolean).join(' | ');
    }, [])).catch(() => ['a page that does not answer']);
    throw new Error(`${error.message}\nthe page then: ${there[0]}`);
  }
}

/** Starts a program and waits for a line on its standard error. */
async function start(program, args, wanted) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  const line = new Promise((done, fail) => {
    child.stderr.on('data', data => {
      said = (said + data).slice(-20000);
      const match = wanted.exec(said);
      if (match) done(match[1]);
    });
    child.on('error', fail);
    child.on('exit', (code, signal) => fail(new Error(`${program} ended with ${code ?? signal}`)));
  });
  const stop = () => new Promise(done => {
    if (child.exitCode !== null || child.signalCode) return done();
    child.once('exit', done);
    // Ends the whole process group: browsers start processes of their own.
    try { process.kill(-child.pid, 'SIGKILL'); } catch { child.kill('SIGKILL'); }
  });
  try {
    return { found: await within(`${path.basename(program)} says where it listens`, line), stop };
  } catch (error) {
    if (child.pid !== undefined) await stop();
    throw new Error(`${error.message}\n${said.slice(-2000)}`);
  }
}

/** JSON messages with numbers over a socket. */
async function connect(address) {
  const socket = new WebSocket(address, { perMessageDeflate: false, maxPayload: 1 << 28 });
  await within(`a connection to ${address}`, new Promise((done, fail) => { socket.once('open', done); socket.once('error', fail); }));
  const waiting = new Map(), listeners = new Set();
  let last = 0;
  socket.on('message', data => {
    const message = JSON.parse(String(data));
    const one = waiting.get(message.id);
    if (!one) return listeners.forEach(listener => listener(message));
    waiting.delete(message.id);
    if (message.error) one.fail(new Error(`${one.method}: ${message.error.message ?? message.message}`));
    else one.done(message.result);
  });
  socket.on('close', () => waiting.forEach(one => one.fail(new Error('the browser has gone'))));
  const send = (method, params = {}, sessionId = undefined) => within(`an answer to ${method} ${JSON.stringify(params).slice(0, 300)}`, new Promise((done, fail) => {
    const id = ++last;
    waiting.set(id, { done, fail, method });
    socket.send(JSON.stringify({ id, method, params, sessionId }));
  }));
  return { send, listeners, close: () => socket.close() };
}

const KEYS = { Enter: 13, Tab: 9, Escape: 27, ArrowDown: 40, ArrowUp: 38, Home: 36, End: 35 };
const folder = () => fs.mkdtempSync(path.join(os.tmpdir(), 'zhize-browser-'));
/** Children of a browser that was ended may still write for a moment. */
const remove = folder => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

/** Chromium 83 travels, packed, inside an npm package. @returns {string | null} */
export function oldChromiumPath() {
  let packed;
  try {
    packed = path.join(path.dirname(require.resolve('chrome-aws-lambda/package.json')), 'bin');
  } catch {
    return null;
  }
  const home = path.join(packed, 'unpacked');
  const program = path.join(home, 'chromium');
  if (!fs.existsSync(program)) {
    fs.mkdirSync(home, { recursive: true });
    const part = `${program}.${process.pid}`;
    fs.writeFileSync(part, zlib.brotliDecompressSync(fs.readFileSync(path.join(packed, 'chromium.br'))), { mode: 0o755 });
    fs.renameSync(part, program);
  }
  return program;
}

/** Any Chromium, driven through the DevTools protocol alone. */
export const launchByDevTools = program => launchTwice('the old Chromium', () => startByDevTools(program));

async function startByDevTools(program) {
  const profile = folder();
  const { found, stop } = await start(program, [...FLAGS, '--headless', '--single-process', '--no-zygote', '--disable-dev-shm-usage',
    '--remote-debugging-port=0', '--user-data-dir=' + profile, 'about:blank'], /DevTools listening on (ws:\S+)/);
  const wire = await connect(found);
  const version = (await wire.send('Browser.getVersion')).product;
  const newPage = async () => {
    const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
    const send = (method, params) => wire.send(method, params, sessionId);
    const errors = [], requests = [], loads = new Set();
    let loaded = null;
    const listener = message => {
      if (message.sessionId !== sessionId) return;
      if (message.method === 'Runtime.exceptionThrown') errors.push(message.params.exceptionDetails.exception?.description ?? message.params.exceptionDetails.text);
      if (message.method === 'Network.requestWillBeSent') requests.push(message.params.request.url);
      if (message.method === 'Page.lifecycleEvent' && message.params.name === 'load') { loads.add(message.params.loaderId); loaded?.(); }
    };
    wire.listeners.add(listener);
    for (const domain of ['Page', 'Runtime', 'Network']) await send(`${domain}.enable`);
    await send('Page.setLifecycleEventsEnabled', { enabled: true });
    const evaluate = async expression => {
      const answer = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
      return answer.result.value;
    };
    return {
      errors, requests, cdp: send,
      async goto(url) {
        const { errorText, loaderId } = await send('Page.navigate', { url });
        if (errorText) throw new Error(`${url}: ${errorText}`);
        // Waits for this load, not for the end of the previous one.
        while (loaderId && !loads.has(loaderId)) await within(`the load of ${url}`, new Promise(done => { loaded = done; }));
      },
      eval: (f, ...args) => evaluate(text(f, args)),
      until: (f, ...args) => untilIn(evaluate, f, args),
      insertText: words => send('Input.insertText', { text: words }),
      async press(key) {
        const base = { key, code: key, windowsVirtualKeyCode: KEYS[key] };
        await send('Input.dispatchKeyEvent', { ...base, type: key === 'Enter' ? 'keyDown' : 'rawKeyDown', ...(key === 'Enter' && { text: '\r' }) });
        await send('Input.dispatchKeyEvent', { ...base, type: 'keyUp' });
      },
      compose: words => send('Input.imeSetComposition', composition(words)),
      async close() {
        wire.listeners.delete(listener);
        await wire.send('Target.closeTarget', { targetId });
      },
    };
  };
  return { version, newPage, close: async () => { wire.close(); await stop(); remove(profile); } };
}

/** Firefox over WebDriver BiDi. */
export const launchFirefox = program => launchTwice('Firefox', () => startFirefox(program));

async function startFirefox(program) {
  const profile = folder();
  // A file may not read other files, as in readers' browsers.
  fs.writeFileSync(path.join(profile, 'user.js'), ['"security.fileuri.strict_origin_policy", true', '"browser.shell.checkDefaultBrowser", false',
    '"app.update.enabled", false', '"network.captive-portal-service.enabled", false', '"browser.startup.homepage_override.mstone", "ignore"',
    '"datareporting.policy.dataSubmissionEnabled", false', '"network.connectivity-service.enabled", false'].map(line => `user_pref(${line});`).join('\n'));
  const { found, stop } = await start(program, ['--headless', '--no-remote', '--remote-debugging-port', '0', '--profile', profile], /WebDriver BiDi listening on (ws:\S+)/);
  const wire = await connect(found + '/session');
  const session = await wire.send('session.new', { capabilities: {} });
  await wire.send('session.subscribe', { events: ['log.entryAdded', 'network.beforeRequestSent'] });
  const newPage = async () => {
    const { context } = await wire.send('browsingContext.create', { type: 'tab' });
    const errors = [], requests = [];
    const listener = ({ method, params }) => {
      if (method === 'network.beforeRequestSent' && params.context === context) requests.push(params.request.url);
      // Only exceptions of scripts: Firefox reports its own remarks in the same way.
      if (method === 'log.entryAdded' && params.source?.context === context && params.type === 'javascript' && params.level === 'error' && params.stackTrace?.callFrames?.length) errors.push(params.text);
    };
    wire.listeners.add(listener);
    const evaluate = async expression => {
      const answer = await wire.send('script.evaluate', { expression: `(async () => JSON.stringify((await (${expression})) ?? null))()`, target: { context }, awaitPromise: true });
      if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
      return JSON.parse(answer.result.value);
    };
    const keys = actions => wire.send('input.performActions', { context, actions: [{ type: 'key', id: 'keys', actions }] });
    const CODES = { Enter: '\uE007', Tab: '\uE004', Escape: '\uE00C', ArrowDown: '\uE015', ArrowUp: '\uE013' };
    const stroke = value => [{ type: 'keyDown', value }, { type: 'keyUp', value }];
    return {
      errors, requests,
      goto: url => wire.send('browsingContext.navigate', { context, url, wait: 'complete' }),
      eval: (f, ...args) => evaluate(text(f, args)),
      until: (f, ...args) => untilIn(evaluate, f, args),
      insertText: words => keys(Array.from(words).flatMap(stroke)),
      press: key => keys(stroke(CODES[key] ?? key)),
      async close() {
        wire.listeners.delete(listener);
        await wire.send('browsingContext.close', { context });
      },
    };
  };
  return { version: `Firefox ${session.capabilities.browserVersion}`, newPage, close: async () => { wire.close(); await stop(); remove(profile); } };
}

/** Current Chromium whose pages share one context. */
async function currentChromium() {
  const browser = await launchChromium();
  const context = await browser.newContext();
  return { version: 'Chromium ' + browser.version(), newPage: () => pageOf(context), close: () => browser.close() };
}

/** How each browser in which everything must work is started, by its name; null where it is not installed here. */
export const everyBrowser = () => ({
  'current Chromium': chromiumPath() && currentChromium,
  'Chromium 83': oldChromiumPath() && (() => launchByDevTools(oldChromiumPath())),
  Firefox: firefoxPath() && (() => launchFirefox(firefoxPath())),
});
