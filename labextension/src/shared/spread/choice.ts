/** Which columns are shown over all runs, when nobody said so. */

import type { ColumnInfo } from '../contract/rows';
import { columnId } from '../parts/values';
import { rankedMetrics } from '../runs/columns';

export type SpreadView = 'scatter' | 'parallel' | 'importance';

export const SPREAD_VIEWS: readonly (readonly [SpreadView, string])[] = [
  ['scatter', 'Scatter'],
  ['parallel', 'Parallel coordinates'],
  ['importance', 'Parameter importance']
];

export interface SpreadChoice {
  x: string;
  y: string;
  colour: string;
  size: string;
  axes: readonly string[];
  /** Without its group: only metrics depend on anything. */
  metric: string;
}

const FIRST_PARAMS = 6;
const LAST_METRICS = 2;

/** The metric that tells most over the parameter that most runs differ in; all that differ on parallel axes. */
export function usualChoice(infos: readonly ColumnInfo[], view: SpreadView): SpreadChoice {
  const metrics = rankedMetrics(infos);
  const params = infos.filter(info => info.group === 'params' && info.differs && info.chosen);
  const numeric = params.filter(info => info.kind === 'numeric');
  const [lead, second] = metrics;
  const across = numeric[0] ?? second;
  const y = lead ? columnId(lead) : 'duration';
  const named = params.find(info => info.kind === 'text');
  return {
    x: across ? columnId(across) : 'started',
    y,
    colour: view === 'parallel' && lead ? y : named ? columnId(named) : '',
    size: '',
    axes: [...params.slice(0, FIRST_PARAMS), ...metrics.slice(0, LAST_METRICS).reverse()].map(columnId),
    metric: lead?.key ?? ''
  };
}

/** Columns of the run itself that can stand on an axis. */
export const OWN = ['started', 'duration', 'status', 'experiment'] as const;

export interface ColumnGroup {
  title: string;
  ids: readonly string[];
}

export function columnGroups(infos: readonly ColumnInfo[], numeric: boolean): ColumnGroup[] {
  const of = (group: string): string[] =>
    infos.filter(info => info.group === group && (!numeric || info.kind === 'numeric')).map(columnId);
  return [
    { title: 'metrics', ids: of('metrics') },
    { title: 'parameters', ids: of('params') },
    { title: 'tags', ids: of('tags') },
    { title: 'run', ids: numeric ? OWN.slice(0, 2) : OWN }
  ].filter(group => group.ids.length);
}
