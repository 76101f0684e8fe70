/**
 * The shapes that cross the widget's modules and the wire (see README.md beside this file). Read by the type checker only.
 */

/** A place in the original: a page, a slide or a stretch of video (`*_s` are seconds). */
export interface Locator {
  type: 'text' | 'page' | 'slide' | 'video';
  page?: number;
  slide?: number;
  start_s?: number;
  end_s?: number;
  speaker?: string;
}

export interface Reference {
  n: number;
  citation: string;
  doi?: string;
  url?: string;
  note?: string;
}

/** Proof of a segment. `start` and `end` count code points of the document, end exclusive. */
export interface Citation {
  n: number;
  chunk_id?: string;
  doc_id?: string;
  title: string;
  section?: string;
  version?: string;
  status?: string;
  effective_date?: string;
  quote?: string;
  start?: number;
  end?: number;
  locator?: Locator;
  references?: Reference[];
  url?: string;
}

export interface Segment {
  text: string;
  citations: number[];
  kind?: 'statement' | 'notice';
  group?: string;
}

export interface Safety {
  codes?: string[];
  pv?: boolean;
  notices?: { code: string; text: string }[];
  cases?: { case_id: string; code: string; due_at?: string }[];
}

export interface Answer {
  answer_id?: string;
  conversation_id?: string;
  question?: string;
  interpreted_as?: string;
  outcome: 'answered' | 'declined' | 'redirected';
  decline_code?: string;
  text?: string;
  segments: Segment[];
  citations: Citation[];
  safety?: Safety;
  resources?: { title: string; description: string; doc_id: string; url: string }[];
  suggestions?: string[];
  nearest_headings?: string[];
  versions?: Record<string, string>;
}

/** One part of the answer stream. The union is open: a part of an unknown type is skipped and reported. */
export interface Part {
  type: string;
  delta?: string;
  data?: any;
  title?: string;
  errorText?: string;
  providerMetadata?: { medinfo?: Record<string, any> };
}

export type TurnStatus =
  | 'sending' | 'searching' | 'streaming'
  | 'complete' | 'refused' | 'incomplete' | 'stopped' | 'failed' | 'offline' | 'rate_limited';

export interface Rating {
  rating: 'helpful' | 'not_helpful';
  reason?: string;
  comment?: string;
}

/** A question and everything that has come back for it. `askedAt` is milliseconds since the epoch. */
export interface Turn {
  id: string;
  question: string;
  askedAt: number;
  status: TurnStatus;
  attempts: number;
  /** The sentences that have arrived. */
  said: Segment[];
  citations: Citation[];
  previous: Answer[];
  progress?: { stage?: string; n?: number };
  safety?: Safety;
  /** Whether an earlier turn of the chat was a safety report already. */
  carried?: boolean;
  /** Who has taken the conversation over. */
  person?: string;
  answer?: Answer;
  finished?: boolean;
  retryable?: boolean;
  /** What the service said of a failure. */
  message?: string;
  rating?: Rating;
}

/** What covers the conversation: a form, its receipt, or the survey. */
export interface Layer {
  name: 'handoff' | 'handoff_done' | 'survey';
  kind?: 'contact' | 'safety';
  turnId?: string;
  receipt?: { case_id?: string; due_at?: string; out_of_hours?: boolean };
}

export type Phase =
  | 'closed' | 'gate' | 'ready' | 'composing' | 'sending' | 'searching' | 'streaming' | 'complete' | 'refused' | 'safety'
  | 'incomplete' | 'stopped' | 'failed' | 'offline' | 'rate_limited' | 'session_expiring' | 'expired' | 'handoff_form'
  | 'handoff_done' | 'survey' | 'ended';

export interface State {
  open: boolean;
  gate: 'needed' | 'lapsed' | 'passed' | 'declined';
  session: 'active' | 'expiring' | 'expired' | 'ended';
  online: boolean;
  layer: Layer | null;
  draft: string;
  turns: Turn[];
  /** Milliseconds since the epoch until which the service takes no question; 0 for none. */
  limitedUntil: number;
}

export type Action =
  | { type: 'set'; facts: Partial<State> }
  | { type: 'expired' | 'ended' | 'new' }
  | { type: 'send'; id: string; text: string; at: number }
  | { type: 'retry'; id: string; at: number }
  | { type: 'part'; id: string; part: Part }
  | { type: 'closed' | 'resumed' | 'stop'; id: string }
  | { type: 'failed'; id: string; status?: number; retryAfter?: number; message?: string; at: number }
  | { type: 'rated'; id: string; rating: Rating | undefined };

/** What `GET /api/config` may say. */
export interface Config {
  market?: string;
  documents?: number;
  corpus_version?: string;
  max_question_chars?: number;
  demonstration?: boolean;
  contact?: { phone?: string; url?: string; hours?: string };
  safety?: { phone?: string; url?: string; hours?: string };
  privacy_url?: string;
  patient_url?: string;
  own_hosts?: string[];
  starters?: string[];
}

/** Text, or an element: its name, then what it holds. */
export type Tree = string | [string, ...Tree[]];

/** `GET /api/passages/{chunk_id}`: a whole section, as Markdown and as elements with the cited stretch in `mark`. */
export interface Passage {
  chunk_id: string;
  doc_id: string;
  title: string;
  version: string;
  effective_date: string;
  review_due?: string;
  status?: string;
  section: string;
  text: string;
  start: number;
  body: Tree[];
  lang?: string;
  locator?: Locator;
  url?: string;
}

export type Translate = (key: string, values?: Record<string, string | number>) => string;

/** What a node holds; nothing is shown for the last four. */
export type Child = Node | string | Child[] | '' | 0 | null | undefined | false;

/** Rebuild the named place when its facts changed; without facts it is empty. */
export type Slots = (name: string, facts: unknown, build: () => Child[]) => HTMLElement;

export interface Field {
  name: string;
  label: string;
  /** An input's type, or `select`, `textarea`, `radio`, `checkbox`. */
  kind?: string;
  required?: boolean;
  value?: string;
  options?: string[][];
  autocomplete?: string;
}

export interface Form {
  /** Prefix of its ids. */
  name: string;
  heading: string;
  intro?: Child[];
  fields: Field[];
  submit: string;
  /** Said when sending fails. */
  failed: string;
  send: (values: Record<string, string>, node: HTMLFormElement) => Promise<unknown>;
  /** Further buttons. */
  others: [string, () => void][];
}

/** What one tab remembers. `activeAt` is milliseconds since the epoch. */
export interface Kept {
  /** The conversation's id as the widget chose it, and as the service calls it. */
  id: string;
  known?: string;
  token?: string;
  expires?: string;
  activeAt: number;
  aloud?: boolean;
  whole?: boolean;
  turns?: Turn[];
  draft?: string;
}

/** The element; it may bring a token of its own. */
export type Host = HTMLElement & { token?: string; getToken?: () => Promise<string> };

export interface Options {
  endpoint: URL;
  locale: string;
  mode: string;
  /** Tell the page; ids only, never text. */
  emit: (name: string, detail?: object) => void;
  onClose: () => void;
}
