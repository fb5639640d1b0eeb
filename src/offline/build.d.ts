// What the build writes before worker.js.

/** The release: eight hexadecimal digits over all files' hashes. */
declare const RELEASE: string;
/** The list of the site's files. */
declare const FILES: string;
/** What the page about being offline consists of. */
declare const SHELL: string[];
/** Names in the site's folder that are the site's. */
declare const OWN: string[];
