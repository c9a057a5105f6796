/** What is known of a dataset that a run read. `nbmlops/records/wire/profiles.py` in TypeScript. */

import type { WireNumber } from './values';

export interface TopValue {
  text: string;
  share: number;
}

export interface ColumnFacts {
  name: string;
  dtype: string;
  kind: string;
  count: number;
  missing: number;
  distinct: string;
  least: string | null;
  mean: WireNumber | null;
  greatest: string | null;
  summary: string;
  bars: number[];
  top: TopValue[];
}

export interface ReaderInfo {
  id: string;
  name: string;
  started: number;
  input: string;
}

export interface DataFacts {
  rows: number | null;
  sampled: number | null;
  omitted: number;
  columns: ColumnFacts[];
  readers: ReaderInfo[];
}
