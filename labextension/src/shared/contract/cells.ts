/** What the cells of a notebook have made: `records/wire/cells.py` in TypeScript. */

import type { WireNumber } from './values';

/** The metric that tells most of a run; `best` is what other finished runs of the experiment reached. */
export interface CellMetric {
  key: string;
  value: WireNumber;
  direction: 'max' | 'min' | null;
  best: number | null;
}

/** What a source is known again by; where a secret was masked, `pattern` has `***` in its place. */
export interface SourceMark {
  digest: string;
  pattern: string;
}

/** An earlier cell that a run depended on, as it was executed. */
export interface CellNeed {
  cell_id: string | null;
  execution_count: number | null;
  source: SourceMark;
}

/** The last run of a cell. */
export interface CellState {
  cell_id: string;
  run_id: string;
  name: string;
  experiment: string;
  status: string;
  started: number;
  duration: number | null;
  execution_count: number | null;
  error: string;
  metric: CellMetric | null;
  runs: number;
  previous: string | null;
  counted: boolean;
  verdict: string | null;
  findings: string[];
  source: SourceMark | null;
  needs: CellNeed[];
}

/** Where the server has a notebook, relative to its root. */
export interface NotebookPlace {
  path: string | null;
}
