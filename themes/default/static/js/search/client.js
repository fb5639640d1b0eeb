'use strict';
// Asks the engine, for this theme's parts and for other scripts.
zhize.parts.client = (() => {
  const { encodeRequest } = zhize.parts.query;
  const { engine } = zhize.parts;

  /**
   * Resolves to nothing if `live` says that nobody waits for the answer any
   * more.
   *
   * @param {string} query @param {SearchOptions} [options]
   * @param {() => boolean} [live]
   * @param {number} [patience] ms to wait for a newer request before fetching
   * shards
   * @param {{ limit: number, show: (first: SearchResult) => void }} [early] shows
   * so many of the results, if the texts of the others take longer
   */
  const ask = (query, options, live, patience, early) => engine.run(encodeRequest(query, options), live, patience, early && {
    ...early,
    request: encodeRequest(query, { ...options, limit: early.limit }),
  });

  /** Fetches the engine and the index before they are needed. */
  function warm() {
    if (!engine.isOpen()) ask('', { limit: 1 }).catch(() => {});
  }

  return { ask, warm };
})();

/**
 * See docs/search.md.
 *
 * @param {string} query
 * @param {SearchOptions} [options]
 */
zhize.search = async (query, options) => /** @type {SearchResult} */ (await zhize.parts.client.ask(query, options));
