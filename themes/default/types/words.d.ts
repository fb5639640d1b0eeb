// The interface's words. The build puts the function around each script that
// asks for any, with a table of those; see docs/themes.md.

/**
 * A word of the site's language with its values by their names; empty where
 * there is no such word. The key must be literal, or a literal section and a
 * value: `word('engine.' + kind)`.
 */
declare function word(key: string, values?: Record<string, unknown>): string;
