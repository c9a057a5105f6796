/** Series as uPlot takes them: one axis of steps for all, smoothed lines over faint raw ones. */

import type { SeriesData } from '../contract/curves';

export interface Plotted {
  steps: number[];
  /** By run, as long as `steps`; undefined where a run has no point, null where it has none that is a number. */
  lines: Map<string, (number | null | undefined)[]>;
}

/** Brings series with steps of their own onto one axis. Of two points at one step the last counts. */
export function joinSeries(series: readonly SeriesData[]): Plotted {
  const steps = [...new Set(series.flatMap(one => one.steps))].sort((a, b) => a - b);
  const place = new Map(steps.map((step, at) => [step, at]));
  const lines = new Map(
    series.map(one => {
      const line = new Array<number | null | undefined>(steps.length).fill(undefined);
      one.steps.forEach((step, at) => {
        line[place.get(step) as number] = one.values[at];
      });
      return [one.id, line];
    })
  );
  return { steps, lines };
}

/** An exponential moving average, without the pull towards its first value (weights of Adam's moments). */
export function smoothed(
  line: readonly (number | null | undefined)[],
  weight: number
): (number | null | undefined)[] {
  let sum = 0;
  let norm = 0;
  return line.map(value => {
    if (value === null || value === undefined) {
      return value;
    }
    sum = sum * weight + (1 - weight) * value;
    norm = norm * weight + (1 - weight);
    return sum / norm;
  });
}

/** Pushes labels apart that would overlap; positions from above, in the order given. */
export function spread(wanted: readonly number[], gap: number, most: number): number[] {
  const order = wanted.map((y, at) => ({ y, at })).sort((a, b) => a.y - b.y);
  let above = -Infinity;
  for (const label of order) {
    label.y = Math.max(label.y, above + gap);
    above = label.y;
  }
  let below = most;
  for (const label of [...order].reverse()) {
    label.y = Math.min(label.y, below);
    below = label.y - gap;
  }
  const placed = new Array<number>(wanted.length).fill(0);
  order.forEach(label => {
    placed[label.at] = label.y;
  });
  return placed;
}
