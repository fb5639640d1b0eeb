// The interface's words. The build puts them in the place of these calls: a
// page that readers get has neither function. See docs/themes.md.

/** A word of the site's language by its key, with its values by their names. Both must be literal. */
declare function word(key: string, values?: Record<string, unknown>): string;

/** The words of a section that the search engine doesn't say itself, by their names. */
declare function words(section: string): Record<string, string>;
