/** What the front end is told of runs: `nbmlops/records/wire.py` in TypeScript; a test compares the two. */

export type WireNumber = number | 'NaN' | 'Infinity' | '-Infinity';
export type WireValue = null | boolean | number | string | WireValue[] | { [key: string]: WireValue };
export type Group = 'metrics' | 'params' | 'tags';
export type Direction = 'max' | 'min';
export type ErrorCode =
  | 'where'
  | 'refused'
  | 'not-found'
  | 'busy'
  | 'store'
  | 'config'
  | 'forbidden'
  | 'fault';

export const MOST_ROWS = 500;
export const MOST_SERIES = 200;

export interface Query {
  experiment?: string;
  notebook?: string;
  cells?: string[];
  cell?: string;
  ids?: string[];
  where?: string;
  text?: string;
  order_by?: string;
  descending?: boolean;
  offset?: number;
  limit?: number;
}

export interface FindingInfo {
  code: string;
  message: string;
  name: string;
}

export interface Row {
  id: string;
  name: string;
  experiment: string;
  status: string;
  started: number;
  duration: number | null;
  kind: string;
  parent: string | null;
  notebook: string | null;
  cell_id: string | null;
  execution_count: number | null;
  note: string;
  error: string;
  doubts: string[];
  degraded: string[];
  identity: string;
  verdict: string | null;
  findings: FindingInfo[];
  params: Record<string, WireValue>;
  metrics: Record<string, WireNumber>;
  tags: Record<string, string>;
}

export interface ColumnInfo {
  key: string;
  group: Group;
  kind: 'numeric' | 'text';
  runs: number;
  differs: boolean;
  value: WireValue;
  chosen: boolean;
  points: number;
  direction: Direction | null;
  best: number | null;
  low: number | null;
  high: number | null;
}

export interface ExperimentInfo {
  name: string;
  runs: number;
  goal: string;
}

export interface Page {
  rows: Row[];
  offset: number;
  total: number;
  columns: ColumnInfo[];
  judged: number;
  experiments: ExperimentInfo[];
  revision: string;
  store: string;
  made: boolean;
}

export interface Revision {
  revision: string;
  running: number;
}

export interface SeriesData {
  id: string;
  key: string;
  steps: number[];
  values: (number | null)[];
  count: number;
  thinned: boolean;
  nonfinite: number;
}

export interface ParamInfo {
  key: string;
  value: WireValue;
  origin: string;
  chosen: boolean;
}

export interface MetricInfo {
  key: string;
  last: WireNumber;
  min: WireNumber;
  max: WireNumber;
  count: number;
  last_step: number | null;
  direction: Direction | null;
  origin: string;
}

export interface InputInfo {
  name: string;
  kind: string;
  source: string;
  shape: number[];
  columns: string[];
  path: string | null;
  nbytes: number | null;
  content: string;
  schema: string;
  note: string;
}

export interface ArtifactInfo {
  name: string;
  kind: string;
  media_type: string;
  size: number;
}

export interface GitInfo {
  commit: string;
  dirty: boolean;
  branch: string | null;
}

export interface MetricChange {
  key: string;
  then: string;
  now: string;
  change: string;
}

export interface CheckInfo {
  verdict: string;
  summary: string;
  metrics: MetricChange[];
  remarks: string[];
}

export interface SliceCellInfo {
  mark: string;
  first: string;
  reason: string;
  failed: boolean;
  source: string;
}

export interface ModuleInfo {
  name: string;
  path: string;
  changed: boolean;
}

export interface RunDetails {
  row: Row;
  ended: number | null;
  source: string;
  traceback: string;
  params: ParamInfo[];
  metrics: MetricInfo[];
  inputs: InputInfo[];
  artifacts: ArtifactInfo[];
  notices: string[];
  check: CheckInfo | null;
  slice: SliceCellInfo[];
  modules: ModuleInfo[];
  git: GitInfo | null;
  python: string;
  platform: string;
  packages: Record<string, string>;
  cpu_seconds: number | null;
  peak_rss_bytes: number | null;
  stdout: string;
  stderr: string;
  warnings: string[];
  result: string;
}

export interface TagChange {
  id: string;
  key: string;
  value: string | null;
}

export interface WireError {
  code: ErrorCode;
  message: string;
  hint: string;
  column?: number;
}
