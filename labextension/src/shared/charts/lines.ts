/** Series as a chart draws them: places on an axis, smoothed values, what is near the pointer. Pure functions. */

import type { Axis, SeriesData } from '../contract/curves';

export type Values = readonly (number | null)[];

export interface Line {
  id: string;
  /** Not decreasing. */
  x: readonly number[];
  /** As logged; null where there is no finite number. */
  raw: Values;
  /** What is drawn strongly: smoothed where that is wanted. */
  y: Values;
}

/** Where the points of a series lie on an axis. */
export function placesOf(series: SeriesData, axis: Axis): readonly number[] {
  if (axis === 'step') {
    return series.steps;
  }
  return axis === 'time' ? series.times : series.times.map(time => series.began + time);
}

/** A part of a series at full resolution in its place, for a closer look. Both are of one axis. */
export function merged(whole: SeriesData, part: SeriesData | undefined, axis: Axis): SeriesData {
  if (!part?.values.length) {
    return whole;
  }
  const [outer, inner] = [placesOf(whole, axis), placesOf(part, axis)];
  const [from, to] = [inner[0] as number, inner[inner.length - 1] as number];
  const before = outer.findIndex(x => x >= from);
  const after = outer.findIndex(x => x > to);
  const join = <T>(a: readonly T[], b: readonly T[]): T[] => [
    ...a.slice(0, before < 0 ? a.length : before),
    ...b,
    ...(after < 0 ? [] : a.slice(after))
  ];
  const means = whole.means.length || part.means.length;
  return {
    ...whole,
    steps: join(whole.steps, part.steps),
    times: join(whole.times, part.times),
    values: join(whole.values, part.values),
    means: means ? join(meansOf(whole), meansOf(part)) : []
  };
}

/** What smoothing takes: of a point that stands for many their mean, not their extreme. */
function meansOf(series: SeriesData): readonly (number | null)[] {
  return series.means.length ? series.means : series.values;
}

/** More points than this smooth as if they were this many: else nothing would be seen of it. */
const SMOOTHED_AS = 1000;

export function lineOf(series: SeriesData, axis: Axis, smoothing: number): Line {
  const x = placesOf(series, axis);
  if (!(smoothing > 0)) {
    return { id: series.id, x, raw: series.values, y: series.values };
  }
  const span = (x[x.length - 1] ?? 0) - (x[0] ?? 0);
  const unit = span / Math.max(1, Math.min(series.count - 1, SMOOTHED_AS));
  return { id: series.id, x, raw: series.values, y: smoothed(x, meansOf(series), smoothing, unit) };
}

/**
 * An exponential moving average, without the pull towards its first value (weights of Adam's moments).
 *
 * What came before loses its weight by `weight` for each `unit` of the axis, and each value counts for the stretch
 * before it: so a curve stays the same however many points there are of it. With points one unit apart it is the
 * usual average.
 */
export function smoothed(x: readonly number[], values: Values, weight: number, unit: number): (number | null)[] {
  let sum = 0;
  let norm = 0;
  let last: number | null = null;
  return values.map((value, at) => {
    if (value === null) {
      return null;
    }
    const here = x[at] as number;
    const decay: number = last === null || !(unit > 0) ? weight : weight ** ((here - last) / unit);
    last = here;
    sum = sum * decay + (1 - decay) * value;
    norm = norm * decay + (1 - decay);
    return norm > 0 ? sum / norm : value;
  });
}

export type Range = readonly [number, number];

/** From the least to the greatest place of all lines; on a logarithmic axis of those that are on it. */
export function extentOf(lines: readonly Line[], log: boolean): Range | null {
  let [low, high] = [Infinity, -Infinity];
  for (const { x } of lines) {
    const first = log ? x.find(value => value > 0) : x[0];
    const last = x[x.length - 1];
    if (first !== undefined && last !== undefined && !(log && last <= 0)) {
      low = Math.min(low, first);
      high = Math.max(high, last);
    }
  }
  return low <= high ? [low, high] : null;
}

/** From the least to the greatest value that is seen of the lines between two places, with a little air. */
export function heightOf(lines: readonly Line[], [from, to]: Range, log: boolean): Range {
  let [low, high] = [Infinity, -Infinity];
  for (const line of lines) {
    const { x } = line;
    const stop = firstAfter(x, to);
    for (let at = firstAt(x, from); at < stop; at++) {
      for (const value of [line.raw[at], line.y[at]]) {
        if (value !== null && value !== undefined && (!log || value > 0)) {
          low = value < low ? value : low;
          high = value > high ? value : high;
        }
      }
    }
  }
  if (low > high) {
    return log ? [0.1, 1] : [0, 1];
  }
  if (log) {
    const air = Math.max((high / low) ** 0.04, 1.02);
    return [low / air, high * air];
  }
  const air = (high - low) * 0.05 || Math.abs(high) * 0.05 || 0.5;
  return [low - air, high + air];
}

/** The place in `x` of the first point at `from` or after it. */
export function firstAt(x: readonly number[], from: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) < from) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function firstAfter(x: readonly number[], to: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((x[middle] as number) <= to) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The point of a line that is nearest to a place; null where its line has none that is a number there. */
export function pointAt(line: Line, place: number): number | null {
  const right = firstAt(line.x, place);
  const left = right - 1;
  const [before, after] = [line.x[left], line.x[right]];
  if (before === undefined && after === undefined) {
    return null;
  }
  // Past its end a line has no value.
  if (after === undefined && place > (before as number)) {
    return place - (before as number) < ((before as number) - (line.x[0] as number)) * 0.02 ? left : null;
  }
  const nearer = before === undefined || (after as number) - place < place - before ? right : left;
  return line.y[nearer] === null ? null : nearer;
}

export interface Reading {
  id: string;
  at: number;
  x: number;
  value: number;
}

/** What all lines have at a place, the greatest first. */
export function readingsAt(lines: readonly Line[], place: number): Reading[] {
  return lines
    .flatMap(line => {
      const at = pointAt(line, place);
      const value = at === null ? null : line.y[at];
      return at === null || value === null || value === undefined
        ? []
        : [{ id: line.id, at, x: line.x[at] as number, value }];
    })
    .sort((a, b) => b.value - a.value);
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

/** A window of readings around the one that is meant, where there are more than can be listed. */
export function around<T>(items: readonly T[], at: number, most: number): { items: readonly T[]; above: number; below: number } {
  const start = Math.max(0, Math.min(at - (most >> 1), items.length - most));
  const shown = items.slice(start, start + most);
  return { items: shown, above: start, below: items.length - start - shown.length };
}
