/** What can be asked of a store: `nbmlops/answers/desk.py` in TypeScript, the same for every host. */

import type { CellState, NotebookPlace } from './contract/cells';
import type { Changed, RunChange } from './contract/changes';
import type { ComparisonData, FigureData } from './contract/comparison';
import type { Axis, SeriesData } from './contract/curves';
import type { RunDetails } from './contract/details';
import type { CheckState, SliceNotebook, Snippet, UsageFacts } from './contract/doing';
import type { Evaluation } from './contract/evaluation';
import type { Fleet, Jobs } from './contract/fleet';
import type { Picture } from './contract/pictures';
import type { Preview } from './contract/previews';
import type { DataFacts } from './contract/profiles';
import type { Query } from './contract/queries';
import type { ExperimentInfo, Page, Revision } from './contract/rows';
import type { SourceComparison } from './contract/sources';
import type { Importance, SpreadRuns } from './contract/spread';
import type { Standing } from './contract/standing';
import type { SavedView } from './contract/views';

export interface Questions {
  /** The rows of a query from its offset on, with its columns over all runs that it found. */
  page: { args: { query: Query }; answer: Page };
  /** Whether anything changed. */
  revision: { args: Record<string, never>; answer: Revision };
  experiments: { args: Record<string, never>; answer: ExperimentInfo[] };
  /** Everything about one run. */
  details: { args: { run_id: string }; answer: RunDetails };
  /** What a run used over time. */
  usage: { args: { run_id: string }; answer: UsageFacts };
  /** How a run stands against the best, and which runs are its like. */
  standing: { args: { run_id: string }; answer: Standing };
  lineage: { args: { run_id: string }; answer: Picture };
  /** What is known of one of its inputs. */
  data: { args: { run_id: string; name: string }; answer: DataFacts };
  /** As much of an artifact as can be shown; of a folder one of its files, where `path` names one. */
  preview: { args: { run_id: string; name: string; path?: string }; answer: Preview };
  /** Code and commands that take it up. */
  code: { args: { run_id: string }; answer: Snippet[] };
  slice_notebook: { args: { run_id: string }; answer: SliceNotebook };
  /** How a check that the server does is going; `reproduce` begins one, `stop_reproduction` ends it. */
  reproduction: { args: { run_id: string }; answer: CheckState };
  reproduce: { args: { run_id: string }; answer: CheckState };
  stop_reproduction: { args: { run_id: string }; answer: CheckState };
  /** Changes up to `MOST_CHANGED` runs in one transaction; the answer's `undo` is for `changes`. */
  change: { args: Omit<RunChange, 'ids'> & { ids: readonly string[] }; answer: Changed };
  /** Several changes in one transaction. */
  changes: { args: { changes: readonly RunChange[] }; answer: Changed };
  /** The same for one run. */
  change_run: { args: Omit<RunChange, 'ids'> & { run_id: string }; answer: Changed };
  /** Every experiment with its best and its newest run, and what of it is worth a look. */
  fleet: { args: Record<string, never>; answer: Fleet };
  /** Notebooks that were run as jobs, the newest first. */
  jobs: { args: { offset?: number; limit?: number }; answer: Jobs };
  /** The last run of each of these cells of a notebook that has any. */
  cells: { args: { notebook: string; cells: readonly string[] }; answer: CellState[] };
  /** Where the server has a notebook, of which a run recorded the path. */
  notebook_place: { args: { recorded: string }; answer: NotebookPlace };
  /** What predictions say about the runs that made them; `of` is a class. */
  evaluation: { args: { ids: readonly string[]; name?: string; of?: string }; answer: Evaluation };
  /** Columns of all runs of a query, at most 10,000. */
  spread: { args: { query: Query; columns: readonly string[] }; answer: SpreadRuns };
  /** What a metric depends on. */
  importance: { args: { query: Query; metric: string }; answer: Importance };
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
