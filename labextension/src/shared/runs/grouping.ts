/** By what runs can be grouped: pure functions over columns. */

import type { ColumnInfo } from '../contract/rows';
import { columnId } from '../parts/values';

const SEEDS = /(^|[._])(seed|random_seed|random_state|rng|fold)$/i;
/** Of the run itself. */
export const OWN_GROUPS: readonly string[] = ['experiment', 'status', 'kind', 'notebook', 'verdict', 'name'];

/** Parameters that only repeat a run: seeds and folds. */
export function seedsOf(infos: readonly ColumnInfo[]): string[] {
  return infos.filter(info => info.group === 'params' && SEEDS.test(info.key)).map(columnId);
}

/** All parameters but those that only repeat a run. */
export function allButSeeds(infos: readonly ColumnInfo[]): string[] {
  return ['params', ...seedsOf(infos).map(id => `-${id}`)];
}

/** What a table is grouped by, in few words: `C, solver`, `all parameters but seed`. */
export function groupingText(groupBy: readonly string[]): string {
  const bare = (id: string): string => id.replace(/^-?(params|tags)\./, '');
  const without = groupBy.filter(id => id.startsWith('-')).map(bare);
  const names = groupBy.filter(id => !id.startsWith('-')).map(id => (id === 'params' ? 'all parameters' : bare(id)));
  return names.join(', ') + (without.length ? ` but ${without.join(', ')}` : '');
}

/** With a column, or without it; all parameters give way to single ones. */
export function flipped(groupBy: readonly string[], id: string): string[] {
  if (groupBy.includes(id)) {
    return groupBy.filter(other => other !== id);
  }
  const single = groupBy.filter(other => other !== 'params' && !other.startsWith('-'));
  return [...(id.startsWith('params.') ? single : groupBy), id];
}

/** The parameters and tags by which to group, those that tell runs apart first. */
export function groupable(infos: readonly ColumnInfo[]): string[] {
  const keyed = infos.filter(info => info.group === 'params' || info.group === 'tags');
  const useful = keyed.filter(info => info.differs);
  const rest = keyed.filter(info => !info.differs);
  return [...[...useful, ...rest].map(columnId), ...OWN_GROUPS];
}
