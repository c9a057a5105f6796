/** What the reader looks at, in the page's address: to be kept as a bookmark, and over a reload. */

import type { Place } from '../shared/place';
import { INITIAL, type ViewState } from '../shared/runs/state';

/** The view, and the state of the table of runs. */
export interface Address {
  /** Null where the address names none: which view is the first, the store decides. */
  place: Place | null;
  state: ViewState;
}

const TEXTS = { where: 'where', text: 'find', orderBy: 'order', metric: 'metric', baseline: 'baseline' } as const;
const LISTS = { selected: 'runs', columns: 'columns' } as const;

/** The part of an address after the `#`. */
export function addressOf({ place, state }: Address): string {
  const parts = new URLSearchParams();
  const put = (name: string, value: string): void => void (value && parts.set(name, value));
  if (place) {
    putPlace(place, put);
  }
  for (const [key, name] of Object.entries(TEXTS)) {
    put(name, state[key as keyof typeof TEXTS]);
  }
  for (const [key, name] of Object.entries(LISTS)) {
    const items = state[key as keyof typeof LISTS];
    put(name, items.length ? JSON.stringify(items) : '');
  }
  const text = parts.toString();
  return text ? `#${text}` : '';
}

function putPlace(place: Place, put: (name: string, value: string) => void): void {
  if (place.view === 'runs' && place.experiment) {
    put('experiment', place.experiment);
    return;
  }
  put('view', place.view);
  if (place.view === 'run') {
    put('id', place.id);
    put('part', place.part ?? '');
  } else if (place.view === 'compare') {
    put('ids', place.ids.join(','));
    put('baseline', place.baseline ?? '');
  }
}

/** What an address says; what can't be read is as if it weren't there. */
export function readAddress(hash: string): Address {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const state = { ...INITIAL };
  for (const [key, name] of Object.entries(TEXTS)) {
    state[key as keyof typeof TEXTS] = parts.get(name) ?? '';
  }
  for (const [key, name] of Object.entries(LISTS)) {
    state[key as keyof typeof LISTS] = texts(parts.get(name));
  }
  return { place: readPlace(parts), state };
}

function readPlace(parts: URLSearchParams): Place | null {
  const view = parts.get('view');
  const experiment = parts.get('experiment') ?? '';
  switch (view) {
    case 'home':
    case 'registry':
    case 'jobs':
    case 'monitors':
      return { view };
    case 'run':
      return { view, id: parts.get('id') ?? '', ...named(parts, 'part') };
    case 'compare':
      return { view, ids: listed(parts, 'ids'), ...named(parts, 'baseline') };
    case 'runs':
      return { view, experiment };
    default:
      // What only narrows the table of runs is about that table.
      return parts.size ? { view: 'runs', experiment } : null;
  }
}

/** A part of an address that may be missing. */
function named<K extends string>(parts: URLSearchParams, name: K): { [key in K]?: string } {
  const value = parts.get(name);
  return (value ? { [name]: value } : {}) as { [key in K]?: string };
}

function listed(parts: URLSearchParams, name: string): string[] {
  return (parts.get(name) ?? '').split(',').filter(Boolean);
}

function texts(value: string | null): string[] {
  try {
    const found: unknown = JSON.parse(value ?? '[]');
    return Array.isArray(found) ? found.filter(item => typeof item === 'string') : [];
  } catch {
    return [];
  }
}
