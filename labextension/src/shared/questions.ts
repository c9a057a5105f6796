/** What can be asked of a store: `nbmlops/answers/desk.py` in TypeScript, the same for every host. */

import type { Changed, RunChange } from './contract/changes';
import type { ComparisonData, FigureData } from './contract/comparison';
import type { Axis, SeriesData } from './contract/curves';
import type { RunDetails } from './contract/details';
import type { Query } from './contract/queries';
import type { ExperimentInfo, Page, Revision } from './contract/rows';
import type { SourceComparison } from './contract/sources';
import type { SavedView } from './contract/views';

export interface Questions {
  /** The rows of a query from its offset on, with its columns over all runs that it found. */
  page: { args: { query: Query }; answer: Page };
  /** Whether anything changed. */
  revision: { args: Record<string, never>; answer: Revision };
  experiments: { args: Record<string, never>; answer: ExperimentInfo[] };
  /** Everything about one run. */
  details: { args: { run_id: string }; answer: RunDetails };
  /** Changes up to `MOST_CHANGED` runs in one transaction; the answer's `undo` is for `changes`. */
  change: { args: Omit<RunChange, 'ids'> & { ids: readonly string[] }; answer: Changed };
  /** Several changes in one transaction. */
  changes: { args: { changes: readonly RunChange[] }; answer: Changed };
  /** The same for one run. */
  change_run: { args: Omit<RunChange, 'ids'> & { run_id: string }; answer: Changed };
  /** One metric of several runs; those that lack it are left out. */
  series: { args: SeriesArgs; answer: SeriesData[] };
  /** What differs between runs; the baseline is the best where none is named. */
  comparison: { args: { ids: readonly string[]; baseline?: string | null }; answer: ComparisonData };
  /** What differs between the cells of two runs. */
  source_diff: { args: { old: string; new: string }; answer: SourceComparison };
  /** A picture that a run kept. */
  figure: { args: { run_id: string; name: string }; answer: FigureData };
  /** All saved tables, by experiment and name. */
  views: { args: Record<string, never>; answer: SavedView[] };
  /** Saves a table; one of the same name in the same experiment is replaced. */
  save_view: { args: { view: SavedView }; answer: null };
  delete_view: { args: { name: string; experiment: string }; answer: null };
}

export type SeriesArgs = {
  ids: readonly string[];
  key: string;
  max_points?: number;
  /** What the points are ordered, thinned and cut by. */
  by?: Axis;
  /** Of that axis the part that is asked for, with a point beyond either end. */
  first?: number | null;
  last?: number | null;
  /** Whether `means` are wanted. */
  means?: boolean;
};

export type Question = keyof Questions;
export type Args<Q extends Question> = Questions[Q]['args'];
export type Answer<Q extends Question> = Questions[Q]['answer'];
