'use strict';
// Where the site lies: below an address or on a disk, wherever it was copied to.
zhize.parts.site = (() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  // The script lies in assets/, so the site's folder is one up.
  const root = new URL('..', script.src);
  return {
    root,
    /** Pages from a disk can fetch nothing. */
    fromDisk: !/^https?:$/.test(root.protocol),
    /** What the page's frame says to the script: the engine's name, whether the site can be kept offline. */
    told: script.dataset,
    /** The address of a file of the site. @param {string} path */
    addressOf: path => new URL(path, root).href,
  };
})();
