/** What the reader has chosen. Each host keeps it where it belongs: a widget in traits of its Python object. */

import type { Query } from '../contract/queries';

export interface ViewState {
  /** A `where` expression, empty for all. */
  where: string;
  /** Words to find. */
  text: string;
  /** As `nbmlops.runs(order_by=...)`: a column, "-" before it for descending; empty for newest first. */
  orderBy: string;
  /** Whose curves are shown, empty for those that tell most. */
  metric: string;
  /** Which columns are shown, in this order; empty for those that tell most. */
  columns: readonly string[];
  /** Ids of the chosen runs, in the order in which they were chosen. */
  selected: readonly string[];
  /** Id of the run that the others are held against, empty for the best. */
  baseline: string;
  /** Columns that the runs of a group have in common, as `Query.group_by`; empty for a line for each run. */
  groupBy: readonly string[];
  /** Widths in pixels of columns that were made wider or narrower. */
  widths: Readonly<Record<string, number>>;
  /** Whether identical runs stand as one line. */
  folded: boolean;
  /** The runs in the bin instead of the others. */
  deleted: boolean;
}

export const INITIAL: ViewState = {
  where: '',
  text: '',
  orderBy: '',
  metric: '',
  columns: [],
  selected: [],
  baseline: '',
  groupBy: [],
  widths: {},
  folded: true,
  deleted: false
};

export type Change = (change: Partial<ViewState>) => void;

/** The query that a state asks for, among the runs of `scope`. */
export function queryOf(state: ViewState, scope: Query): Query {
  const query: Query = { ...scope };
  if (state.where.trim()) {
    query.where = state.where;
  }
  if (state.text.trim()) {
    query.text = state.text;
  }
  if (state.orderBy) {
    query.order_by = state.orderBy.replace(/^-/, '');
    query.descending = state.orderBy.startsWith('-');
  }
  if (state.deleted) {
    query.deleted = true;
  }
  if (state.groupBy.length) {
    query.group_by = [...state.groupBy];
  } else if (state.folded) {
    query.fold = true;
  }
  return query;
}
