/** Who was taken for whom, a small matrix for each run. */

import { useState, type CSSProperties, type ReactNode } from 'react';

import { formatNumber } from '../parts/numbers';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';
import type { Judged } from './shown';
import { shortThreshold } from './sentence';

/** Matrices of more classes show figures only on hover: the cells are too small. */
const MOST_WRITTEN = 12;
const MOST_MATRICES = 12;

interface ConfusionsProps {
  runs: readonly Judged[];
  labels: readonly string[];
  of: string;
  threshold: number;
}

export function Confusions({ runs, labels, of, threshold }: ConfusionsProps): ReactNode {
  const [shares, setShares] = useState(false);
  const shown = runs.slice(0, MOST_MATRICES);
  const moved = of !== '' && runs.some(run => run.classes?.curve);
  const sides = of === '' ? labels : [of, others(labels, of)];
  return (
    <section aria-label="Confusion">
      <div className="nbm-bar nbm-ev-heading">
        <strong>Confusion</strong>
        <span className="nbm-faint">
          {moved ? `at the threshold ${shortThreshold(threshold)}` : 'of what was called'}; a row is what is true, a column what was called
        </span>
        <label>
          <input type="checkbox" checked={shares} onChange={event => setShares(event.target.checked)} /> per cent of the row
        </label>
      </div>
      <div className="nbm-ev-matrices">
        {shown.map(run => (
          <Matrix key={run.id} run={run} labels={sides} counts={matrixOf(run, of)} shares={shares} />
        ))}
      </div>
      {runs.length > shown.length && <p className="nbm-faint nbm-small">{runs.length - shown.length} more runs have no place here.</p>}
    </section>
  );
}

function others(labels: readonly string[], of: string): string {
  const rest = labels.filter(label => label !== of);
  return rest.length === 1 ? (rest[0] as string) : 'others';
}

function matrixOf(run: Judged, of: string): readonly (readonly number[])[] {
  if (of === '') {
    return run.classes?.confusion ?? [];
  }
  return run.counts
    ? [
        [run.counts.hits, run.counts.misses],
        [run.counts.alarms, run.counts.rest]
      ]
    : [];
}

interface MatrixProps {
  run: Judged;
  labels: readonly string[];
  counts: readonly (readonly number[])[];
  shares: boolean;
}

function Matrix({ run, labels, counts, shares }: MatrixProps): ReactNode {
  const written = labels.length <= MOST_WRITTEN;
  const small = labels.length > 4;
  if (!counts.length) {
    return null;
  }
  return (
    <table className={`nbm-ev-matrix${small ? ' nbm-ev-small' : ''}${written ? '' : ' nbm-ev-tiny'}`}>
      <caption>
        <Swatch mark={run.mark} />
        {shortened(run.name, 26)}
      </caption>
      <thead>
        <tr>
          <td />
          {labels.map(label => (
            <th key={label} scope="col" title={`called ${label}`}>
              <span>{shortened(label, small ? 8 : 14)}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {counts.map((row, true_) => {
          const total = row.reduce((sum, count) => sum + count, 0);
          return (
            <tr key={labels[true_]}>
              <th scope="row" title={`${labels[true_]}: ${formatNumber(total)} rows`}>
                {shortened(labels[true_] ?? '', small ? 10 : 14)}
              </th>
              {row.map((count, called) => {
                const share = total ? count / total : 0;
                return (
                  <td
                    key={labels[called]}
                    className={true_ === called ? 'nbm-ev-right' : 'nbm-ev-wrong'}
                    style={{ '--share': `${Math.round(share * 46)}%` } as CSSProperties}
                    title={`${labels[true_]} called ${labels[called]}: ${formatNumber(count)} of ${formatNumber(total)}`}
                  >
                    {written && (count > 0 || !small) ? (shares ? perCent(share) : formatNumber(count)) : ''}
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function perCent(share: number): string {
  const text = 100 * share;
  return `${share > 0 && text < 1 ? '<1' : Math.round(text)}\u2009%`;
}
