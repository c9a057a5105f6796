/** What a badge says. */

import type { CellMetric, CellState } from '../shared/contract/cells';
import { countOf, formatDuration, formatNumber, formatRelative } from '../shared/parts/numbers';
import { asNumber, shortened } from '../shared/parts/values';
import type { Freshness } from './freshness';

export interface Change {
  /** ▲ better than all other runs of the experiment, ▼ worse than the best of them. */
  sign: '▲' | '▼';
  better: boolean;
  by: string;
}

/** A metric against the best of the other runs; null where there is none, or no change. */
export function changeOf(metric: CellMetric): Change | null {
  const value = asNumber(metric.value);
  if (value === null || !Number.isFinite(value) || metric.best === null || metric.direction === null || value === metric.best) {
    return null;
  }
  const better = metric.direction === 'max' ? value > metric.best : value < metric.best;
  return { sign: better ? '▲' : '▼', better, by: formatNumber(Math.abs(value - metric.best), 2) };
}

export function nameOf(state: CellState): string {
  return state.name || state.run_id.slice(0, 8);
}

/** All of it in words, for who hears it or lingers over it. */
export function sentenceOf(state: CellState, fresh: Freshness, now: number): string {
  const parts = [`Run ${nameOf(state)} ${state.run_id.slice(0, 8)}`, statusWords(state, now)];
  if (state.metric) {
    const value = asNumber(state.metric.value);
    const change = changeOf(state.metric);
    const than = change ? `, ${change.by} ${change.better ? 'better' : 'worse'} than the best other run` : '';
    parts.push(`${shortened(state.metric.key, 60)} ${value === null ? String(state.metric.value) : formatNumber(value)}${than}`);
  }
  if (!state.counted) {
    parts.push('not counted');
  }
  if (state.verdict) {
    parts.push(`checked: ${state.verdict}`);
  }
  if (state.findings.length) {
    parts.push(state.findings.join(' '));
  }
  parts.push(countOf(state.runs, 'run') + ' of this cell');
  parts.push(fresh.stale ? `stale: ${fresh.reasons.join(', ')}` : fresh.words);
  return parts.filter(Boolean).join('; ');
}

function statusWords(state: CellState, now: number): string {
  const took = state.duration === null ? '' : ` after ${formatDuration(state.duration)}`;
  const when = formatRelative(state.started, now);
  switch (state.status) {
    case 'RUNNING':
      return `running for ${formatDuration(Math.max(0, now - state.started))}`;
    case 'FINISHED':
      return `finished${took}, ${when}`;
    case 'FAILED':
      return `failed${took}, ${when}${state.error ? `: ${shortened(state.error, 200)}` : ''}`;
    case 'KILLED':
      return `interrupted${took}, ${when}`;
    default:
      return `${state.status.toLowerCase()}, ${when}`;
  }
}
