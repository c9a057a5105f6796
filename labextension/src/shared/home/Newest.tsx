/** The last runs of all experiments, whatever they belong to. */

import type { ReactNode } from 'react';

import type { FleetRun } from '../contract/fleet';
import { formatMoment, formatNumber, formatRelative } from '../parts/numbers';
import { Status } from '../parts/Status';

export interface NewestProps {
  runs: readonly FleetRun[];
  now: number;
  onRun(id: string): void;
}

export function Newest({ runs, now, onRun }: NewestProps): ReactNode {
  return (
    <section className="nbm-newest" aria-label="Newest runs">
      <ul>
        {runs.map(run => (
          <li key={run.id}>
            <button type="button" title={`${run.experiment}: ${run.name}`} onClick={() => onRun(run.id)}>
              <span className="nbm-newest-top">
                <Status status={run.status} />
                <time className="nbm-faint nbm-small" title={formatMoment(run.started)}>
                  {formatRelative(run.started, now)}
                </time>
              </span>
              <strong>{run.name}</strong>
              <span className="nbm-faint nbm-small">
                <span>{run.experiment}</span>
                {run.value !== null && <span className="nbm-newest-value">{formatNumber(run.value)}</span>}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
