/** What errors cost, and so at which threshold a run costs least. */

import type { ThresholdCurve } from '../contract/evaluation';
import { countsOf, fallout, GRID, placeOf, recall, type Counts } from './counts';

export interface Costs {
  /** Of a false alarm. */
  alarm: number;
  /** Of a miss. */
  miss: number;
  /** What a hit brings in. */
  gain: number;
  /** Such as "€" or "minutes"; may be empty. */
  unit: string;
  /** How many of 1,000 cases are positive in practice; null for as many as among the test rows. */
  positives: number | null;
}

/** Every error counts one: then the cost is the number of errors. */
export const PLAIN: Costs = { alarm: 1, miss: 1, gain: 0, unit: '', positives: null };

export const CASES = 1000;

export function isPlain({ alarm, miss, gain }: Costs): boolean {
  return alarm === 1 && miss === 1 && gain === 0;
}

/** What 1,000 cases cost; null where a class that matters has no rows to tell it by. */
export function costOf(counts: Counts, costs: Costs): number | null {
  const all = counts.hits + counts.misses + counts.alarms + counts.rest;
  const positives = costs.positives ?? (CASES * (counts.hits + counts.misses)) / all;
  const [found, alarmed] = [recall(counts), fallout(counts)];
  if ((found === null && positives > 0) || (alarmed === null && positives < CASES)) {
    return null;
  }
  const hit = positives * (found ?? 0);
  return costs.alarm * (CASES - positives) * (alarmed ?? 0) + costs.miss * (positives - hit) - costs.gain * hit;
}

export interface Best {
  /** Infinite where it is best to call nobody. */
  threshold: number;
  /** Whether everybody is called. */
  everybody: boolean;
  /** Whether there is no threshold: only labels were kept. */
  called?: boolean;
  cost: number;
}

/** Where a run costs least. The curve holds every point at which that can be: see `hull` in `thresholds.py`. */
export function bestOf(curve: ThresholdCurve, costs: Costs): Best | null {
  let best: Best | null = null;
  for (let place = -1; place < curve.thresholds.length; place++) {
    const cost = costOf(countsOf(curve, place), costs);
    if (cost !== null && (best === null || cost < best.cost - 1e-9)) {
      const everybody = place === curve.thresholds.length - 1;
      best = { threshold: place < 0 ? Infinity : (curve.thresholds[place] as number), everybody, cost };
    }
  }
  return best;
}

/** The cost over all thresholds of the slider. */
export function costLine(curve: ThresholdCurve, costs: Costs, [low, high]: readonly [number, number]): [number, number][] {
  return Array.from({ length: GRID + 1 }, (_, step) => low + (step / GRID) * (high - low)).flatMap(
    (threshold): [number, number][] => {
      const cost = costOf(countsOf(curve, placeOf(curve.thresholds, threshold)), costs);
      return cost === null ? [] : [[threshold, cost]];
    }
  );
}
