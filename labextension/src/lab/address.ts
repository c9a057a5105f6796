/** Where a tab of the main area is, as the arguments of the command that opens it, so that Lab can open it again. */

import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Place } from '../shared/place';
import { INITIAL, type ViewState } from '../shared/runs/state';
import { countOf } from '../shared/parts/numbers';

export interface Address {
  /** Whose store, relative to the server's root. */
  folder: string;
  place: Place;
  /** Only the runs of this notebook, where the place is a table of runs. */
  notebook: string;
  state: ViewState;
}

const BOARDS = ['home', 'registry', 'jobs', 'monitors'] as const;
const TITLES = { home: 'nbmlops', registry: 'Models', jobs: 'Jobs', monitors: 'Monitors' };

/** Reads arguments, whoever gave them; what is wrong in them becomes what is usual. */
export function addressOf(args: ReadonlyPartialJSONObject): Address {
  const { notebook, state } = args;
  return {
    folder: text(args.folder) || text(args.cwd),
    place: placeOf(args),
    notebook: text(notebook),
    state: { ...INITIAL, ...stateOf(state) }
  };
}

export function argsOf({ folder, place, notebook, state }: Address): ReadonlyPartialJSONObject {
  const said = { ...place, folder, notebook, state: { ...state } };
  return JSON.parse(JSON.stringify(said)) as ReadonlyPartialJSONObject;
}

/** Equal for what one tab shows, however it is filtered, whichever part and baseline are looked at. */
export function keyOf({ folder, place, notebook }: Address): string {
  return JSON.stringify([folder, notebook, { ...place, part: undefined, baseline: undefined }]);
}

/** What stands on the tab, before a run's name is known. */
export function titleOf({ place, notebook }: Address): string {
  switch (place.view) {
    case 'runs':
      return notebook ? `Runs of ${notebook.slice(notebook.lastIndexOf('/') + 1)}` : place.experiment || 'All runs';
    case 'compare':
      return `Compare ${countOf(place.ids.length, 'run')}`;
    case 'run':
      return `Run ${place.id.slice(0, 8)}`;
    default:
      return TITLES[place.view];
  }
}

function placeOf(args: ReadonlyPartialJSONObject): Place {
  const view = text(args.view);
  if (view === 'runs') {
    return { view, experiment: text(args.experiment) };
  }
  if (view === 'run' && text(args.id)) {
    const part = text(args.part);
    return { view, id: text(args.id), ...(part && { part }) };
  }
  if (view === 'compare' && Array.isArray(args.ids)) {
    const baseline = text(args.baseline);
    return { view, ids: args.ids.map(String), ...(baseline && { baseline }) };
  }
  return { view: BOARDS.find(board => board === view) ?? 'home' };
}

function stateOf(said: unknown): Partial<ViewState> {
  const given = (typeof said === 'object' && said !== null ? said : {}) as Record<string, unknown>;
  const texts = ['where', 'text', 'orderBy', 'metric'] as const;
  const lists = ['columns', 'selected'] as const;
  return Object.fromEntries([
    ...texts.flatMap(key => (typeof given[key] === 'string' ? [[key, given[key]]] : [])),
    ...lists.flatMap(key => (Array.isArray(given[key]) ? [[key, given[key].map(String)]] : []))
  ]) as Partial<ViewState>;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
