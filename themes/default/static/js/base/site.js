'use strict';
// Where the site lies: below an address, or wherever it was copied on a disk.
zhize.parts.site = (() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  // The script lies in assets/, so the site's folder is one up.
  const root = new URL('..', script.src);
  return {
    root,
    /** Whether pages come from a disk, where they can't fetch anything. */
    fromDisk: !/^https?:$/.test(root.protocol),
    /**
     * What the page's frame tells the script: the engine's name, and whether
     * the site can be kept offline.
     */
    told: script.dataset,
    /** The address of a file of the site. @param {string} path */
    addressOf: path => new URL(path, root).href,
  };
})();
