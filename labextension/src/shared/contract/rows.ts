/** Runs as tables show them, and what their columns hold. `nbmlops/records/wire/rows.py` in TypeScript. */

import type { Direction, Group, WireNumber, WireValue } from './values';

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
  data: Record<string, string>;
  environment: Record<string, string>;
  alike: number;
  inside: string;
}

export interface Mean {
  mean: number;
  sd: number | null;
  count: number;
  best: boolean;
}

export interface RunGroup {
  key: string;
  at: number;
  runs: number;
  counted: number;
  values: Record<string, WireValue>;
  metrics: Record<string, Mean>;
  open: boolean;
}

export interface ColumnInfo {
  key: string;
  group: Group;
  kind: 'numeric' | 'text';
  runs: number;
  differs: boolean;
  value: WireValue;
  usual: string | null;
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
  groups: RunGroup[];
  offset: number;
  total: number;
  runs: number;
  identical: number;
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
