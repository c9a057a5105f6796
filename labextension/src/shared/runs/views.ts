/** Saved tables and the state of one: what of it is kept. */

import type { SavedView } from '../contract/views';
import type { ViewState } from './state';

/** Of a state, what a saved table keeps: how it is set up, not who was chosen in it. */
export function viewOf(name: string, experiment: string, state: ViewState): SavedView {
  return {
    name: name.trim(),
    experiment,
    where: state.where,
    text: state.text,
    order_by: state.orderBy,
    columns: [...state.columns],
    group_by: [...state.groupBy],
    metric: state.metric
  };
}

/** The change that brings a saved table back. */
export function stateOfView(view: SavedView): Partial<ViewState> {
  return {
    where: view.where,
    text: view.text,
    orderBy: view.order_by,
    columns: view.columns,
    groupBy: view.group_by,
    metric: view.metric
  };
}

/** Whether a table is set up as a saved one says. */
export function isShown(view: SavedView, state: ViewState): boolean {
  return JSON.stringify(viewOf(view.name, view.experiment, state)) === JSON.stringify(view);
}

/** What a saved table shows, in few words. */
export function viewText(view: SavedView): string {
  const parts = [
    view.where,
    view.text && `“${view.text}”`,
    view.group_by.length ? 'grouped' : '',
    view.order_by && `by ${view.order_by.replace(/^-/, '').replace(/^\w+\./, '')}`,
    view.columns.length ? `${view.columns.length} columns` : ''
  ];
  return parts.filter(Boolean).join(' · ') || 'all runs';
}
