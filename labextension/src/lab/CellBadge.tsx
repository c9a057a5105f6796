/** One line under a tracked cell: what its last run came to, and whether that still holds. */

import type { ReactNode } from 'react';

import type { CellMetric, CellState } from '../shared/contract/cells';
import { formatDuration, formatNumber } from '../shared/parts/numbers';
import { Status, Verdict } from '../shared/parts/Status';
import { asNumber, shortened } from '../shared/parts/values';
import { changeOf, nameOf, sentenceOf } from './badgeText';
import type { Freshness } from './freshness';

export interface CellBadgeProps {
  state: CellState;
  fresh: Freshness;
  /** Seconds since the epoch. */
  now: number;
  onOpen(): void;
}

export function CellBadge({ state, fresh, now, onOpen }: CellBadgeProps): ReactNode {
  const sentence = sentenceOf(state, fresh, now);
  const running = state.status === 'RUNNING';
  return (
    <button type="button" className="nbm-badge" title={sentence} aria-label={`${sentence}. Open the run.`} onClick={onOpen}>
      <span className={state.status === 'FINISHED' ? 'nbm-badge-done' : ''}>
        <Status status={state.status} />
      </span>
      <span className="nbm-badge-name">{shortened(nameOf(state), 40)}</span>
      {running && <span>{formatDuration(Math.max(0, now - state.started))}</span>}
      {state.metric && <Metric metric={state.metric} counted={state.counted} />}
      {!state.counted && <span className="nbm-doubt">not counted</span>}
      {state.runs > 1 && <span className="nbm-faint">×{state.runs}</span>}
      <Verdict verdict={state.verdict} />
      {state.findings.length > 0 && <span className="nbm-found">{state.findings.join(' ')}</span>}
      {fresh.stale && <span className="nbm-badge-stale">{fresh.words}</span>}
      {!fresh.stale && state.status === 'FINISHED' && <span className="nbm-faint">{fresh.words}</span>}
    </button>
  );
}

function Metric({ metric, counted }: { metric: CellMetric; counted: boolean }): ReactNode {
  const value = asNumber(metric.value);
  const change = counted ? changeOf(metric) : null;
  return (
    <span>
      <span className="nbm-faint">{shortened(metric.key, 24)}</span>{' '}
      <b>{value === null ? String(metric.value) : formatNumber(value)}</b>
      {change && (
        <span className={change.better ? 'nbm-badge-better' : 'nbm-badge-worse'}>
          {' '}
          {change.sign}&thinsp;{change.by}
        </span>
      )}
    </span>
  );
}
