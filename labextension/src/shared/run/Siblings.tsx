/** Earlier and later runs of the same cell, as a small line of the metric that tells most. */

import type { ReactNode } from 'react';

import type { RunLink, Standing } from '../contract/standing';
import { useHost } from '../host';
import { countOf, formatMoment, formatNumber } from '../parts/numbers';
import { asNumber, shortened } from '../parts/values';

const STEP = 14;
const HEIGHT = 30;
const MOST_WIDTH = 320;

export function Siblings({ id, standing, isCell }: { id: string; standing: Standing; isCell: boolean }): ReactNode {
  const { go } = useHost();
  const { siblings, count, metric } = standing;
  const here = siblings.findIndex(one => one.id === id);
  if (count < 2 || here < 0) {
    return null;
  }
  const lead = (run: RunLink | undefined): (() => void) | undefined =>
    run && go ? () => go({ view: 'run', id: run.id }) : undefined;
  const [earlier, later] = [siblings[here - 1], siblings[here + 1]];
  return (
    <div className="nbm-siblings" role="navigation" aria-label={isCell ? 'Runs of the same cell' : 'Runs of the same name'}>
      <button type="button" className="nbm-link" disabled={!lead(earlier)} title={earlier && titleOf(earlier, metric)} onClick={lead(earlier)}>
        ‹ earlier
      </button>
      <Timeline siblings={siblings} here={here} metric={metric} lead={lead} />
      <button type="button" className="nbm-link" disabled={!lead(later)} title={later && titleOf(later, metric)} onClick={lead(later)}>
        later ›
      </button>
      <span className="nbm-faint nbm-small">
        {formatNumber(standing.place + 1)} of {countOf(count, 'run')} of this {isCell ? 'cell' : 'name'}
        {metric && `, by ${shortened(metric, 24)}`}
      </span>
    </div>
  );
}

interface TimelineProps {
  siblings: readonly RunLink[];
  here: number;
  metric: string;
  lead(run: RunLink): (() => void) | undefined;
}

function Timeline({ siblings, here, metric, lead }: TimelineProps): ReactNode {
  const step = Math.min(STEP, MOST_WIDTH / siblings.length);
  const values = siblings.map(one => asNumber(one.value)).map(value => (value !== null && Number.isFinite(value) ? value : null));
  const known = values.filter((value): value is number => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const y = (value: number | null): number =>
    value === null ? HEIGHT - 4 : high === low ? HEIGHT / 2 : HEIGHT - 6 - ((value - low) / (high - low)) * (HEIGHT - 12);
  const x = (at: number): number => at * step + step / 2 + 3;
  const points = values.flatMap((value, at) => (value === null ? [] : [`${x(at).toFixed(1)},${y(value).toFixed(1)}`]));
  const width = siblings.length * step + 6;
  return (
    <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={`${metric} of ${countOf(siblings.length, 'run')}`}>
      <polyline className="nbm-thread" points={points.join(' ')} />
      {siblings.map((run, at) => (
        <circle
          key={run.id}
          className={at === here ? 'nbm-here' : values[at] === null ? 'nbm-sibling nbm-hollow' : 'nbm-sibling'}
          cx={x(at)}
          cy={y(values[at] ?? null)}
          r={at === here ? 4.5 : 3}
          onClick={lead(run)}
        >
          <title>{titleOf(run, metric)}</title>
        </circle>
      ))}
    </svg>
  );
}

function titleOf(run: RunLink, metric: string): string {
  const value = run.value === null ? run.status.toLowerCase() : `${metric} ${formatNumber(asNumber(run.value), 5)}`;
  return `${shortened(run.name, 40)} ${run.id.slice(0, 8)}\n${formatMoment(run.started)}\n${value}`;
}
