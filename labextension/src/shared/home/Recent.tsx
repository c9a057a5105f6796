/** How the last runs ended: a mark each, the newest at the right; those that failed stand lower and are red. */

import type { ReactNode } from 'react';

import { countOf } from '../parts/numbers';

const LOW = new Set(['FAILED', 'LOST']);
const STEP = 6;
const HEIGHT = 14;

export function Recent({ statuses, failed }: { statuses: readonly string[]; failed: number }): ReactNode {
  if (!statuses.length) {
    return null;
  }
  const said = failed
    ? `${failed} of the last ${countOf(statuses.length, 'run')} failed`
    : statuses.length === 1
      ? 'The last run did not fail'
      : `None of the last ${countOf(statuses.length, 'run')} failed`;
  return (
    <span className="nbm-recent" title={said}>
      <svg width={statuses.length * STEP} height={HEIGHT} role="img" aria-label={said}>
        {statuses.map((status, at) => (
          <rect
            key={at}
            className={`nbm-recent-${status.toLowerCase()}`}
            x={at * STEP}
            y={LOW.has(status) ? HEIGHT / 2 : 2}
            width="4"
            height={LOW.has(status) ? HEIGHT / 2 : 7}
            rx="1"
          />
        ))}
      </svg>
      {failed > 0 && <span className="nbm-bad">{failed === statuses.length ? 'all failed' : `${failed} failed`}</span>}
    </span>
  );
}
