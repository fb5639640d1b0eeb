// Shapes that the theme's scripts share. What the engine answers, docs/search.md says; the words in
// `text`, `label` and `status` are put in by search/engine.js.

/** A range in UTF-16 code units: from, to (exclusive). */
type TextRange = [number, number];

interface SearchOptions {
  limit?: number;
  offset?: number;
  filters?: Record<string, string | string[]>;
  facets?: boolean;
  sort?: string;
  /** The query as typed, without correction. */
  exact?: boolean;
  versions?: boolean;
  /** The day on which texts must be in force, as 2026-11-22; today unless given. */
  on?: string;
  /** What each hit's score is made of. */
  explain?: boolean;
  /** Each hit's further places, with their texts. */
  more?: boolean;
  /** What has little to do with the query too. */
  all?: boolean;
  /** Names that begin with the query, in place of results. */
  suggest?: boolean;
}

interface SearchPlace {
  anchor: string;
  label: string;
  score: number;
  /** How many places of the library refer to it. */
  cited: number;
  snippet: string;
  marks: TextRange[];
}

/** A document found: its best place, and others in `more`. */
interface SearchHit extends SearchPlace {
  id: string;
  url: string;
  title: string;
  titleMarks: TextRange[];
  type: string;
  typeLabel: string;
  meta: string[];
  date?: string;
  /** Whether a regulation is in force; empty elsewhere. */
  validity?: '' | 'in-force' | 'amended' | 'repealed' | 'future';
  /** The same in words: 已废止. */
  status?: string;
  /** Why it stands where it does. */
  group?: 'title' | 'reference' | 'text';
  /** The name by which it stands first, when its title is another. */
  alias?: string;
  /** The strictest level that it fulfils; see `SearchResult.mode`. */
  level?: string;
  explain?: { kind: string; term: string; label: string; points: number }[];
  /** Literal strings of the document that matched. */
  terms: string[];
  /** How many further places of the document were found. */
  further: number;
  /** The best of them: eight if requested; otherwise two in a small index and none in a large one. */
  more: SearchPlace[];
}

interface SearchFacet {
  key: string;
  label: string;
  values: { value: string; label: string; count: number }[];
}

interface SearchResult {
  query: string;
  /** Documents that fulfil `mode` and hold all words; they come first. 0 where none holds all. */
  total: number;
  /** Further documents that hold only a part of the query. */
  looser: number;
  /** Entries that hold so little of it that they are not listed, unless `all` is asked for. */
  rest?: number;
  /** Documents that are listed: entries and pages with a function. */
  listed?: number;
  mode: 'none' | 'all' | 'words' | 'most' | 'any' | 'sentence';
  notices: { kind: string; values: string[]; text: string }[];
  /** Did you mean; `used`: the results are already those of its query. */
  suggestion?: { query: string; reason: string; used: boolean; alternatives: string[] };
  hits: SearchHit[];
  facets?: SearchFacet[];
}

/** A name, an article or a query that begins as what was typed. */
interface Suggestion {
  text: string;
  marks?: TextRange[];
  url?: string;
  label: string;
  kind: 'name' | 'article' | 'query';
}

/** Figures and meanings that the site states, as `search/answers.json` has them. */
interface Answers {
  figures: AnswerFigure[];
  terms: AnswerTerm[];
}

interface AnswerFigure {
  label: string;
  /** With comparator and unit: 不低于 10 %. */
  value: string;
  scope: string;
  period: string;
  /** Where the source says it: 〔P8〕. */
  source: string;
  url: string;
  /** Titles of the pages that state it. */
  names: string[];
}

interface AnswerTerm {
  /** Its title, then other names. */
  names: string[];
  meaning: string;
  source: string;
  url: string;
}

/** What the search page's address holds. */
interface SearchState {
  query: string;
  filters: Record<string, string[]>;
  sort: string;
  /** No correction was wanted. */
  exact: boolean;
  versions: boolean;
  /** Whether results that have little to do with the query are listed, too. */
  all?: boolean;
}

interface EngineExports {
  memory: WebAssembly.Memory;
  alloc(length: number): number;
  free(at: number, length: number): void;
  open(at: number, length: number): number;
  supply(id: number, at: number, length: number): number;
  search(at: number, length: number): number;
  output_ptr(): number;
  output_len(): number;
}

/** The request for the first results alone, and who shows them. */
interface EarlyResults {
  limit: number;
  request: Uint8Array;
  show: (first: SearchResult) => void;
}

/** An index in its own wasm instance, with the shards that are on their way to it. */
interface OpenIndex {
  exports: EngineExports;
  loads: Map<string, Promise<void>>;
  /** When it was opened, or last found old. */
  since: number;
}

interface Window {
  /** `search` is for any script; the rest are this theme's own parts. */
  zhize: typeof zhize;
  /** The request for the boot file that `early.js` made, until it is taken. */
  zhizeBoot?: { limit: AbortController; answer: Promise<Response> };
  zhizeShard: (name: string, text: string, length?: number) => void;
}

/** Components, as those that make them give them out. */
type SearchPageParts = ReturnType<typeof zhize.parts.searchParts.partsOf>;
type ResultList = ReturnType<typeof zhize.parts.resultList.makeList>;
type SearchSession = ReturnType<typeof zhize.parts.searchSession.makeSession>;
type ProvisionAlone = ReturnType<typeof zhize.parts.alone.makeAlone>;
