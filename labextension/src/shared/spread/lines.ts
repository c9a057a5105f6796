/** Which runs' lines are drawn over parallel axes, and where. */

import type { Axis } from './axis';

/** By axis, the stretch of it that runs have to pass. */
export type Brushes = ReadonlyMap<string, readonly [number, number]>;

/** More lines than so are one surface: a part of them shows the same. */
const MOST_LINES = 2_000;
/** How far below its axis a run is drawn that has no value there. */
export const MISSING_BELOW = 14;

/** Of each run whether it passes all brushes; who has no value passes none. */
export function passing(axes: readonly Axis[], brushes: Brushes, count: number): boolean[] {
  const tests = axes.flatMap(axis => {
    const stretch = brushes.get(axis.id);
    return stretch ? [{ places: axis.places, low: Math.min(...stretch), high: Math.max(...stretch) }] : [];
  });
  return Array.from({ length: count }, (_, run) =>
    tests.every(({ places, low, high }) => {
      const place = places[run] ?? NaN;
      return place >= low && place <= high;
    })
  );
}

/** The runs to draw in colour and those faint behind them: chosen ones always, of the others an even part of many. */
export function thinnedOf(passed: readonly boolean[], chosen: readonly boolean[]): { front: number[]; back: number[] } {
  const [front, back, kept]: [number[], number[], number[]] = [[], [], []];
  passed.forEach((pass, run) => (chosen[run] ? kept : pass ? front : back).push(run));
  return { front: [...evenly(front), ...kept], back: evenly(back) };
}

function evenly(runs: readonly number[]): number[] {
  const every = runs.length / MOST_LINES;
  return every <= 1 ? [...runs] : Array.from({ length: MOST_LINES }, (_, at) => runs[Math.floor(at * every)] as number);
}

/** How far down a run stands on an axis. */
export function placeOf(axis: Axis, run: number, top: number, bottom: number): number {
  const place = axis.places[run] ?? NaN;
  return Number.isNaN(place) ? bottom + MISSING_BELOW : bottom - place * (bottom - top);
}

/** A list with one of its items at another place. */
export function moved(ids: readonly string[], from: number, to: number): string[] {
  const next = [...ids];
  const [item] = next.splice(from, 1);
  if (item !== undefined) {
    next.splice(Math.max(0, Math.min(next.length, to)), 0, item);
  }
  return next;
}
