/** The fleet, filtered and ordered: all of it is here, so that a word typed answers at once. */

import type { Fleet, FleetItem, Mark } from '../contract/fleet';

export type Order = 'newest' | 'attention' | 'name';

/** What the list is narrowed to: a mark, or nothing. */
export type Shown = Mark | 'all';

export interface Tally {
  shown: Shown;
  count: number;
  /** Of how many; null where that says nothing. */
  of: number | null;
  words: string;
  tone: 'plain' | 'good' | 'bad' | 'warn' | 'live';
  /** What the words mean, for who wonders. */
  title: string;
}

/** Questions that numbers answer, the pressing ones first. */
export function tallies(items: readonly FleetItem[]): Tally[] {
  const count = (mark: Mark): number => items.filter(item => item.marks.includes(mark)).length;
  const goals = items.filter(item => item.goal).length;
  const ranked = items.filter(item => item.best).length;
  const all: Tally = {
    shown: 'all',
    count: items.length,
    of: null,
    words: items.length === 1 ? 'experiment' : 'experiments',
    tone: 'plain',
    title: 'All experiments of this store'
  };
  const tally = (shown: Mark, words: string, tone: Tally['tone'], title: string, of: number | null = null): Tally => ({
    shown,
    count: count(shown),
    of,
    words,
    tone,
    title
  });
  return [
    all,
    tally('running', 'running', 'live', 'A run is under way'),
    tally('failing', 'failing', 'bad', 'The last run failed, or half of the last ten'),
    tally('differs', 'not reproduced', 'bad', 'A check of the best or the newest run found something else, or could not be done'),
    tally('doubtful', 'with findings', 'warn', 'Something speaks against the best run'),
    tally('unmet', 'short of their goal', 'warn', 'The best run does not reach the goal', goals),
    tally('met', goals === 1 ? 'meets its goal' : 'meet their goal', 'good', 'The best run reaches the goal', goals),
    tally('unchecked', 'never checked', 'plain', 'Nobody has done the best run again: nbmlops reproduce', ranked)
  ];
}

/** Whether there is anything to count: `0 of 0` answers no question. */
export function isTelling(tally: Tally): boolean {
  return tally.shown === 'all' || tally.count > 0 || (tally.of !== null && tally.of > 0 && tally.shown !== 'unchecked');
}

export function narrowed(items: readonly FleetItem[], shown: Shown, text: string): FleetItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(item => {
    const said = `${item.name} ${item.metric} ${item.newest?.name ?? ''}`.toLowerCase();
    return (shown === 'all' || item.marks.includes(shown)) && words.every(word => said.includes(word));
  });
}

const PRESSING: readonly Mark[] = ['failing', 'differs', 'doubtful', 'unmet', 'running'];

export function ordered(items: readonly FleetItem[], order: Order): FleetItem[] {
  const byName = (a: FleetItem, b: FleetItem): number => COLLATOR.compare(a.name, b.name);
  const byTime = (a: FleetItem, b: FleetItem): number => (b.newest?.started ?? 0) - (a.newest?.started ?? 0);
  const pressing = (item: FleetItem): number => {
    const at = PRESSING.findIndex(mark => item.marks.includes(mark));
    return at < 0 ? PRESSING.length : at;
  };
  const ways: Record<Order, (a: FleetItem, b: FleetItem) => number> = {
    name: byName,
    newest: (a, b) => byTime(a, b) || byName(a, b),
    attention: (a, b) => pressing(a) - pressing(b) || byTime(a, b) || byName(a, b)
  };
  return [...items].sort(ways[order]);
}

const COLLATOR = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

export const NO_FLEET: Fleet = { items: [], newest: [], made: true };
