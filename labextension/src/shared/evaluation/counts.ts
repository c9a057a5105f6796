/** Hits and false alarms of a class at any threshold, and the rates that come of them. */

import type { ClassFigures, ThresholdCurve } from '../contract/evaluation';

/** Steps of the slider: at each of them the server's counts are exact (`evaluation/thresholds.py`). */
export const GRID = 200;

export interface Counts {
  hits: number;
  misses: number;
  alarms: number;
  rest: number;
}

/** Who is at or above a threshold is called positive. */
export function countsAt(curve: ThresholdCurve, threshold: number): Counts {
  return countsOf(curve, placeOf(curve.thresholds, threshold));
}

/** The counts of a point of the curve; at -1 nobody is called. */
export function countsOf(curve: ThresholdCurve, place: number): Counts {
  const hits = place < 0 ? 0 : (curve.hits[place] as number);
  const alarms = place < 0 ? 0 : (curve.alarms[place] as number);
  return { hits, misses: curve.positives - hits, alarms, rest: curve.negatives - alarms };
}

/** The counts of what was called in so many words, where no threshold can be moved. */
export function countsCalled(figures: ClassFigures, positives: number, rows: number): Counts | null {
  const { called_hits: hits, called_alarms: alarms } = figures;
  return hits === null || alarms === null
    ? null
    : { hits, misses: positives - hits, alarms, rest: rows - positives - alarms };
}

/** The last place of those at or above a threshold, of descending ones; -1 where none is. */
export function placeOf(thresholds: readonly number[], threshold: number): number {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((thresholds[middle] as number) >= threshold) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

/** The share, or null where there is nothing to take it of. */
export function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

export function precision({ hits, alarms }: Counts): number | null {
  return share(hits, hits + alarms);
}

export function recall({ hits, misses }: Counts): number | null {
  return share(hits, hits + misses);
}

export function fallout({ alarms, rest }: Counts): number | null {
  return share(alarms, alarms + rest);
}

/** Between which thresholds a slider runs: 0 and 1 for probabilities. */
export function spanOf(curves: readonly ThresholdCurve[]): [number, number] {
  if (curves.every(curve => curve.probable)) {
    return [0, 1];
  }
  const ends = curves.flatMap(({ thresholds }) => [thresholds[0] as number, thresholds[thresholds.length - 1] as number]);
  return [Math.min(...ends), Math.max(...ends)];
}
