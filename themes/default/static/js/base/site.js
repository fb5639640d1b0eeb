'use strict';
// Where the site lies: below an address, or wherever it was copied on a disk.
zhize.parts.site = (() => {
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  // The script lies in assets/, so the site's folder is one up.
  const root = new URL('..', script.src);
  /** @type {any} */
  let policy;
  /**
   * An address in the form that a Trusted Types policy requires.
   *
   * @param {URL} url @returns {any}
   */
  function trusted(url) {
    const { trustedTypes } = /** @type {any} */ (window);
    if (!trustedTypes) return url.href;
    // A policy's name may be used only once.
    policy = policy || trustedTypes.createPolicy('zhize', { createScriptURL: (/** @type {string} */ text) => text });
    return policy.createScriptURL(url.href);
  }
  /**
   * Loads a script of the site after the page itself.
   *
   * @param {string} path @returns {Promise<void>}
   */
  const addScript = path => new Promise((done, fail) => {
    const tag = document.createElement('script');
    tag.onload = () => done();
    tag.onerror = () => {
      tag.remove();
      fail(new Error(path));
    };
    tag.src = trusted(new URL(path, root));
    document.head.append(tag);
  });

  return {
    root,
    trusted,
    addScript,
    /** Whether pages come from a disk, where they can't fetch anything. */
    // A frame in a sandbox has no origin, as a disk hasn't: only scripts load.
    fromDisk: !/^https?:$/.test(root.protocol) || window.origin === 'null',
    /**
     * What the page's frame tells the script: the engine's name, and whether
     * the site can be kept offline.
     */
    told: script.dataset,
    /** The address of a file of the site. @param {string} path */
    addressOf: path => new URL(path, root).href,
  };
})();
