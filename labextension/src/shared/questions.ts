/** What can be asked of a store: `nbmlops/answers/desk.py` in TypeScript, the same for every host. */

import type { CellState, NotebookPlace } from './contract/cells';
import type { SeriesData } from './contract/curves';
import type { RunDetails } from './contract/details';
import type { Query } from './contract/queries';
import type { ExperimentInfo, Page, Revision } from './contract/rows';

export interface Questions {
  /** The rows of a query from its offset on, with its columns over all runs that it found. */
  page: { args: { query: Query }; answer: Page };
  /** Whether anything changed. */
  revision: { args: Record<string, never>; answer: Revision };
  experiments: { args: Record<string, never>; answer: ExperimentInfo[] };
  /** Everything about one run. */
  details: { args: { run_id: string }; answer: RunDetails };
  /** Sets a tag; null removes it. */
  set_tag: { args: { run_id: string; key: string; value: string | null }; answer: null };
  /** One metric of several runs; those that lack it are left out. */
  series: { args: { ids: readonly string[]; key: string; max_points?: number }; answer: SeriesData[] };
  /** What differs between runs, as HTML that nbmlops itself has made and escaped (`compare_html.py`). */
  comparison: { args: { ids: readonly string[] }; answer: { html: string } };
  /** The last run of each of these cells of a notebook that has any. */
  cells: { args: { notebook: string; cells: readonly string[] }; answer: CellState[] };
  /** Where the server has a notebook, of which a run recorded the path. */
  notebook_place: { args: { recorded: string }; answer: NotebookPlace };
}

export type Question = keyof Questions;
export type Args<Q extends Question> = Questions[Q]['args'];
export type Answer<Q extends Question> = Questions[Q]['answer'];
