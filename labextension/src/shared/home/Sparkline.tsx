/** A metric over the last runs as a line of the size of a word, with the goal as a rule across it. */

import type { ReactNode } from 'react';

import type { Direction } from '../contract/values';
import { formatNumber } from '../parts/numbers';

const WIDTH = 112;
const HEIGHT = 26;
const PAD = 3;

export interface SparklineProps {
  values: readonly number[];
  target: number | null;
  direction: Direction | null;
  metric: string;
}

export function Sparkline({ values, target, direction, metric }: SparklineProps): ReactNode {
  if (!values.length) {
    return <span className="nbm-spark" aria-hidden="true" />;
  }
  const scale = scaleOf(values, target);
  const points = values.map((value, at) => [xOf(at, values.length), scale(value)] as const);
  const best = bestOf(values, direction);
  const last = points[points.length - 1] as readonly [number, number];
  const top = best === null ? null : (points[best] as readonly [number, number]);
  return (
    <svg
      className="nbm-spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      preserveAspectRatio="xMinYMid"
      role="img"
      aria-label={inWords(values, metric)}
    >
      <title>{inWords(values, metric)}</title>
      {target !== null && <line className="nbm-spark-goal" x1="0" x2={WIDTH} y1={scale(target)} y2={scale(target)} />}
      {points.length > 1 && <polyline points={points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')} />}
      {top && <circle className="nbm-spark-best" cx={top[0]} cy={top[1]} r="2.2" />}
      <circle className="nbm-spark-last" cx={last[0]} cy={last[1]} r="1.8" />
    </svg>
  );
}

function xOf(at: number, count: number): number {
  return count === 1 ? WIDTH / 2 : PAD + (at * (WIDTH - 2 * PAD)) / (count - 1);
}

/** From value to height. The goal is in view unless it lies so far off that the line would be flat. */
function scaleOf(values: readonly number[], target: number | null): (value: number) => number {
  let low = Math.min(...values);
  let high = Math.max(...values);
  const span = high - low || Math.abs(high) || 1;
  if (target !== null && target > low - 2 * span && target < high + 2 * span) {
    low = Math.min(low, target);
    high = Math.max(high, target);
  }
  const range = high - low || 1;
  const middle = high === low;
  return value => (middle ? HEIGHT / 2 : HEIGHT - PAD - ((value - low) / range) * (HEIGHT - 2 * PAD));
}

function bestOf(values: readonly number[], direction: Direction | null): number | null {
  if (!direction || values.length < 2) {
    return null;
  }
  return values.indexOf(direction === 'max' ? Math.max(...values) : Math.min(...values));
}

function inWords(values: readonly number[], metric: string): string {
  const [first, last] = [values[0], values[values.length - 1]];
  return values.length === 1
    ? `${metric} ${formatNumber(last)} in one run`
    : `${metric} in the last ${values.length} runs: from ${formatNumber(first)} to ${formatNumber(last)}`;
}
