/** What the reader looks at, in the page's address: to be kept as a bookmark, and over a reload. */

import { INITIAL, type ViewState } from '../shared/state';

export interface Place {
  /** Empty for all. */
  experiment: string;
  state: ViewState;
}

const TEXTS = { where: 'where', text: 'find', orderBy: 'order', metric: 'metric' } as const;
const LISTS = { selected: 'runs', columns: 'columns' } as const;

/** The part of an address after the `#`. */
export function addressOf({ experiment, state }: Place): string {
  const parts = new URLSearchParams();
  const put = (name: string, value: string): void => void (value && parts.set(name, value));
  put('experiment', experiment);
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

/** What an address says; what can't be read is as if it weren't there. */
export function readAddress(hash: string): Place {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const state = { ...INITIAL };
  for (const [key, name] of Object.entries(TEXTS)) {
    state[key as keyof typeof TEXTS] = parts.get(name) ?? '';
  }
  for (const [key, name] of Object.entries(LISTS)) {
    state[key as keyof typeof LISTS] = texts(parts.get(name));
  }
  return { experiment: parts.get('experiment') ?? '', state };
}

function texts(value: string | null): string[] {
  try {
    const found: unknown = JSON.parse(value ?? '[]');
    return Array.isArray(found) ? found.filter(item => typeof item === 'string') : [];
  } catch {
    return [];
  }
}
