// The site is not kept on readers' devices any more: whoever still has the
// service worker of an earlier release gets this one, which leaves nothing.
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
