// The site no longer keeps copies on readers' devices. Browsers that still have
// the service worker of an earlier release get this one instead: it deletes
// those copies and unregisters itself.
const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const PREFIX = `zhize ${new URL('./', scope.location.href).pathname} `;

scope.addEventListener('install', () => { scope.skipWaiting(); });
scope.addEventListener('activate', event => {
  event.waitUntil((async () => {
    const ours = (await caches.keys()).filter(name => name.startsWith(PREFIX));
    await Promise.all(ours.map(name => caches.delete(name)));
    await scope.registration.unregister();
  })());
});
