/** What spreads over runs: columns of many of them at once, and what a metric depends on. `nbmlops/records/wire/spread.py` in TypeScript. */

import type { WireValue } from './values';

export interface SpreadColumn {
  id: string;
  kind: 'numeric' | 'text';
  values: WireValue[];
}

export interface SpreadRuns {
  ids: string[];
  names: string[];
  columns: SpreadColumn[];
  total: number;
  revision: string;
}

export interface ParamWeight {
  key: string;
  share: number;
  deviation: number;
  correlation: number | null;
  values: number;
}

export interface Importance {
  metric: string;
  finished: number;
  runs: number;
  least: number;
  explained: number | null;
  params: ParamWeight[];
}
