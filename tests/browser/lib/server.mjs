// A static server that does as little as any host may: no compression, no
// Range, no rewriting. A policy changes single answers.
import http from 'node:http';
import fs from 'node:fs';
import path from 'node:path';

const TYPES = {
  html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml', png: 'image/png',
  json: 'application/json', xml: 'application/xml', txt: 'text/plain; charset=utf-8', wasm: 'application/wasm', bin: 'application/octet-stream',
};
const BENDS = ['status', 'body', 'type', 'headers', 'truncate', 'flip', 'cut', 'gone', 'gate'];

/**
 * Serves `dir` below `prefix`. `server.policy(file, asked)` may return, for a
 * file's path in the site and how often it has been asked for, an object of
 * what to do otherwise: `status`, `body`, `type`, `headers`, `truncate`
 * (share of the bytes sent), `flip` (position of a byte to invert), `cut`
 * (close the connection half-way), `gone` (close it without an answer), `gate`
 * (a promise to wait for).
 */
export async function startServer(dir, prefix = '/') {
  const server = { dir, policy: null, headers: {}, types: TYPES, asked: new Map(), log: [] };
  const listener = http.createServer(async (request, response) => {
    const url = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    const file = url.startsWith(prefix) ? url.slice(prefix.length).replace(/(^|\/)$/, '$1index.html') : null;
    const count = (server.asked.get(file) ?? 0) + 1;
    server.asked.set(file, count);
    server.log.push(file ?? url);
    const bent = (file !== null && server.policy?.(file, count)) || {};
    for (const key of Object.keys(bent)) if (!BENDS.includes(key)) throw new Error(`the server knows no “${key}”`);
    if (bent.gate) await bent.gate;
    if (bent.gone) return void request.socket.destroy();
    const at = file === null ? '' : path.join(server.dir, file);
    let status = bent.status ?? 200;
    let body = bent.body === undefined ? null : Buffer.from(bent.body);
    if (!body) {
      const found = status === 200 && file !== null && !path.relative(server.dir, at).startsWith('..') && fs.existsSync(at) && fs.statSync(at).isFile();
      if (found) body = fs.readFileSync(at);
      else {
        status = status === 200 ? 404 : status;
        body = Buffer.from('<!doctype html><title>error</title><p>not this');
      }
    }
    if (bent.flip !== undefined && body.length) {
      body = Buffer.from(body);
      body[Math.floor(bent.flip * (body.length - 1))] ^= 0xff;
    }
    if (bent.truncate !== undefined) body = body.subarray(0, Math.floor(body.length * bent.truncate));
    const type = bent.type ?? server.types[path.extname(url).slice(1)] ?? (status === 200 ? server.types.html : 'text/html');
    response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length, ...server.headers, ...bent.headers });
    if (bent.cut) {
      response.write(body.subarray(0, body.length >> 1));
      setImmediate(() => response.destroy());
    } else {
      response.end(body);
    }
  });
  await new Promise(done => listener.listen(0, '127.0.0.1', done));
  server.origin = `http://127.0.0.1:${listener.address().port}`;
  server.base = server.origin + encodeURI(prefix);
  server.reset = () => { server.dir = dir; server.policy = null; server.headers = {}; server.types = TYPES; server.asked.clear(); server.log.length = 0; };
  server.close = () => { listener.closeAllConnections(); return new Promise(done => listener.close(done)); };
  return server;
}
