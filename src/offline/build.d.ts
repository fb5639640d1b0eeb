// Constants that the build writes at the top of worker.js.

/** The release: eight hexadecimal digits, a hash over all files. */
declare const RELEASE: string;
/** The path of the list of the site's files. */
declare const FILES: string;
/** The files that the offline page needs, itself included. */
declare const SHELL: string[];
/** Names at the top of the site's folder that belong to the site. */
declare const OWN: string[];
