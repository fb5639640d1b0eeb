// Shapes that the theme's scripts share; see the search contract in ARCHITECTURE.md.

/** A range in UTF-16 code units: from, to (exclusive). */
type TextRange = [number, number];

interface SearchOptions {
  limit?: number;
  offset?: number;
  filters?: Record<string, string | string[]>;
  facets?: boolean;
  sort?: string;
}

interface SearchPlace {
  anchor: string;
  label: string;
  score: number;
  snippet: string;
  marks: TextRange[];
}

/** A document found: its best place, and others in `more`. */
interface SearchHit extends SearchPlace {
  url: string;
  title: string;
  titleMarks: TextRange[];
  type: string;
  typeLabel: string;
  meta: string[];
  date?: string;
  /** Literal strings of the document that matched. */
  terms: string[];
  more: SearchPlace[];
}

interface SearchFacet {
  key: string;
  label: string;
  values: { value: string; label: string; count: number }[];
}

interface SearchResult {
  query: string;
  total: number;
  mode: 'none' | 'all' | 'most' | 'any';
  notices: { kind: string; text: string }[];
  hits: SearchHit[];
  facets?: SearchFacet[];
}

/** What the search page's address holds. */
interface SearchState {
  query: string;
  filters: Record<string, string[]>;
  sort: string;
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

/** An index in its own wasm instance, with the shards that are on their way to it. */
interface OpenIndex {
  exports: EngineExports;
  loads: Map<string, Promise<void>>;
  /** When it was opened, or last found old. */
  since: number;
}

interface Window {
  zhize: { search(query: string, options?: SearchOptions): Promise<SearchResult> };
  zhizeShard: (name: string, base64: string) => void;
}
