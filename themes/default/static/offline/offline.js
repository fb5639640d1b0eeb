'use strict';
// The page on which a reader decides what is kept on this device. Beside the
// site's script; its service worker knows which files there are.
(function () {
  var root = document.querySelector('[data-offline-page]');
  var script = document.currentScript;
  if (!root || !script) return;
  var site = new URL('..', script.src);
  var part = function (name) { return root.querySelector('[data-offline-' + name + ']'); };
  var status = part('status'), whole = part('whole'), size = part('size'), bar = part('progress');
  var keepButton = part('keep'), stopButton = part('stop'), dropButton = part('drop'), onOff = part('switch');
  var PREFIX = 'zhize ' + site.pathname + ' ';
  var SWITCH = 'zhize-offline ' + site.pathname;
  var COMPLETE = site.href + 'zhize-complete';
  var AT_ONCE = 6;
  var lost = new URLSearchParams(location.search).get('lost');

  var say = function (text) { status.textContent = text; };
  var words = function (bytes) { return bytes < 1e6 ? Math.ceil(bytes / 1e3) + ' KB' : (bytes / 1e6).toFixed(1) + ' MB'; };
  var moment = function (iso) { return new Date(iso).toLocaleString(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'short' }); };
  var hex = function (bytes) { return Array.from(new Uint8Array(bytes, 0, 8), function (byte) { return (byte + 256).toString(16).slice(1); }).join(''); };

  /** The address of a page of this site; nothing where the words lead elsewhere. */
  function within(words) {
    var found;
    try { found = new URL(words, site).href; } catch (error) { return ''; }
    return found.startsWith(site.href) ? found : '';
  }

  var again = lost === null ? '' : within(lost);
  if (again) {
    var retry = part('lost');
    retry.querySelector('a').href = again;
    retry.hidden = false;
  }
  if (site.protocol === 'file:') return say(word('offline.from_disk'));
  if (!window.isSecureContext) return say(word('offline.not_secure'));
  // A frame in a sandbox has no origin, and may not even ask for a cache.
  if (window.origin === 'null' || !('serviceWorker' in navigator) || !window.caches) return say(word('offline.cannot'));

  var isOff = function () { try { return localStorage.getItem(SWITCH) === 'off'; } catch (error) { return true; } };
  var state = null, running = false, stopped = false;

  function ask() {
    return navigator.serviceWorker.ready.then(function (registration) { registration.active.postMessage({ ask: true }); });
  }
  navigator.serviceWorker.addEventListener('message', function (event) {
    if (event.data.release && !running) ask();
    if (!event.data.state || running || isOff()) return;
    state = event.data.state;
    show();
  });
  navigator.serviceWorker.startMessages();

  /** The list of files of today's release. */
  function listOf(file) {
    return fetch(new URL(file, site).href).then(function (response) {
      if (!response.ok) throw new Error(file);
      return response.json();
    });
  }

  /** What of a list is kept already, in any release: each entry checked by its hash. */
  async function missingOf(list, target, others) {
    var missing = [];
    for (var entry of list.files) {
      if (stopped) break;
      var url = site.href + entry[0];
      var found = false;
      for (var cache of [target].concat(others)) {
        var kept = found ? null : await cache.match(url);
        if (!kept || hex(await crypto.subtle.digest('SHA-256', await kept.clone().arrayBuffer())) !== entry[2]) continue;
        found = true;
        if (cache !== target) await target.put(url, kept);
      }
      if (!found) missing.push(entry);
    }
    return missing;
  }

  /** How fetching a file ended: 'kept', 'failed', or 'altered' if the answer has other bytes than the list says. */
  async function fetchInto(target, entry) {
    var url = site.href + entry[0];
    var end = 'failed';
    for (var attempt = 0; attempt < 2; attempt++) {
      try {
        // Past the service worker too, which would keep it once more.
        var response = await fetch(url, { cache: 'no-store' });
        var body = await response.arrayBuffer();
        if (!response.ok) continue;
        end = 'altered';
        if (hex(await crypto.subtle.digest('SHA-256', body)) === entry[2]) {
          var headers = new Headers(response.headers);
          ['content-encoding', 'content-length', 'transfer-encoding'].forEach(function (name) { headers.delete(name); });
          headers.set('zhize-kept-at', new Date().toISOString());
          await target.put(url, new Response(body, { headers: headers }));
          return 'kept';
        }
      } catch (error) {
        if (error.name === 'QuotaExceededError') throw error;
        end = 'failed';
      }
    }
    return end;
  }

  async function keep() {
    running = true;
    stopped = false;
    controls();
    try {
      var list = await listOf(state.files);
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(function () {});
      var name = PREFIX + 'whole ' + state.release;
      var target = await caches.open(name);
      var names = (await caches.keys()).filter(function (other) { return other.startsWith(PREFIX + 'whole ') && other !== name; });
      var others = await Promise.all(names.concat(PREFIX + 'read').map(function (other) { return caches.open(other); }));
      say(word('offline.checking'));
      var missing = await missingOf(list, target, others);
      var done = list.files.length - missing.length, failed = 0, altered = 0, next = 0;
      bar.max = list.files.length;
      var turn = async function () {
        while (next < missing.length && !stopped) {
          var end = await fetchInto(target, missing[next++]);
          if (end !== 'kept') failed++;
          if (end === 'altered') altered++;
          done++;
          bar.value = done;
          if (done % 20 === 0 || done === list.files.length) say(word('offline.saving', { done, of: list.files.length }));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, turn));
      if (stopped) say(word('offline.stopped'));
      else if (altered && altered === failed) say(word('offline.altered', { n: failed }));
      else if (failed) say(word('offline.failed', { n: failed }));
      else {
        var mark = { release: state.release, at: new Date().toISOString(), files: list.files.length, bytes: list.bytes };
        await target.put(COMPLETE, new Response(JSON.stringify(mark), { headers: { 'content-type': 'application/json' } }));
        for (var other of names) await caches.delete(other);
        say(word('offline.saved'));
      }
    } catch (error) {
      say(error.name === 'QuotaExceededError' ? word('offline.no_room') : word('offline.not_saved'));
    }
    running = false;
    await ask();
  }

  async function drop() {
    for (var name of (await caches.keys()).filter(function (name) { return name.startsWith(PREFIX + 'whole '); })) await caches.delete(name);
    say(word('offline.dropped'));
    await ask();
  }

  /** Asks a worker to keep nothing more, and waits until it has written what it had begun. */
  function leave(worker) {
    return new Promise(function (done) {
      var channel = new MessageChannel();
      channel.port1.onmessage = done;
      // One that doesn't answer is not running.
      setTimeout(done, 5000);
      worker.postMessage({ leave: true }, [channel.port2]);
    });
  }

  async function switchOff() {
    try { localStorage.setItem(SWITCH, 'off'); } catch (error) { /* The worker goes all the same. */ }
    var registration = await navigator.serviceWorker.getRegistration(site.href);
    if (registration) {
      await Promise.all([registration.installing, registration.waiting, registration.active].filter(Boolean).map(leave));
      await registration.unregister();
    }
    for (var name of (await caches.keys()).filter(function (name) { return name.startsWith(PREFIX); })) await caches.delete(name);
    state = null;
    show();
    say(word('offline.turned_off'));
  }

  function switchOn() {
    try { localStorage.removeItem(SWITCH); } catch (error) { return; }
    location.reload();
  }

  function controls() {
    keepButton.hidden = running || !state;
    dropButton.hidden = running || !state || !state.whole;
    stopButton.hidden = !running;
    bar.hidden = !running;
    onOff.hidden = running;
  }

  function show() {
    var off = isOff();
    onOff.textContent = off ? word('offline.turn_on') : word('offline.turn_off');
    whole.hidden = !state || off;
    controls();
    if (!state) return;
    var kept = state.whole;
    keepButton.textContent = !kept ? word('offline.keep') : kept.release === state.release ? word('offline.repair') : word('offline.update');
    var told = kept ? word('offline.kept', { when: moment(kept.at), n: kept.files, size: words(kept.bytes) }) + (kept.release === state.release ? word('offline.same') : word('offline.newer')) : '';
    listOf(state.files).then(function (list) {
      size.textContent = told || word('offline.whole_size', { n: list.files.length, size: words(list.bytes) });
    }, function () {
      size.textContent = told || word('offline.no_site');
      keepButton.hidden = true;
    });
    listRead();
  }

  /** A page's title without the site's name; policies of trusted types forbid parsing it. */
  function titleOf(html) {
    var found = /<title>([^<]*)/.exec(html);
    var signs = { lt: '<', gt: '>', quot: '"', amp: '&' };
    var title = found && found[1].replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, function (whole, hex, decimal, name) {
      if (name) return signs[name] || whole;
      return String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal));
    });
    var site = document.title.replace(document.querySelector('h1').textContent, '');
    return title && title.endsWith(site) ? title.slice(0, title.length - site.length) : title;
  }

  /** Pages that were read and can be read again. */
  async function listRead() {
    var list = part('read').querySelector('ul');
    // To open a cache would make it.
    if (!await caches.has(PREFIX + 'read') || isOff()) return;
    var cache = await caches.open(PREFIX + 'read');
    var requests = (await cache.keys()).filter(function (request) { return request.url.endsWith('.html'); }).reverse().slice(0, 100);
    var items = await Promise.all(requests.map(async function (request) {
      var text = await (await cache.match(request)).text();
      var item = document.createElement('li'), link = document.createElement('a');
      link.href = request.url;
      link.textContent = titleOf(text) || request.url;
      item.append(link);
      return item;
    }));
    list.replaceChildren ? list.replaceChildren.apply(list, items) : items.forEach(function (item) { list.append(item); });
    part('read').hidden = !items.length;
  }

  keepButton.onclick = keep;
  stopButton.onclick = function () { stopped = true; };
  dropButton.onclick = drop;
  onOff.onclick = function () { if (isOff()) switchOn(); else switchOff(); };
  show();
  if (isOff()) return say(word('offline.is_off'));
  say(word('offline.is_on'));
  ask().catch(function () {});
  navigator.serviceWorker.getRegistration(site.href).then(function (registration) {
    if (!registration) setTimeout(function () { if (!state) say(word('offline.not_started')); }, 4000);
  });
})();
