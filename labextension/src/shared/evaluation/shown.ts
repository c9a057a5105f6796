/** The runs of an evaluation as its parts show them. */

import type { EvaluatedRun, NumberFigures } from '../contract/evaluation';
import type { Mark } from '../parts/colours';
import type { Best } from './costs';
import type { Counts } from './counts';

/** A run with what it is called and drawn with. */
export interface Shown extends EvaluatedRun {
  name: string;
  mark: Mark;
}

/** A run where the threshold stands now. */
export interface Judged extends Shown {
  counts: Counts | null;
  cost: number | null;
  best: Best | null;
}

/** A run of which the figures are known to be those of numbers. */
export interface Measured extends Shown {
  numbers: NumberFigures;
  cost: number;
}

/** Runs of the same test rows together, the largest group first. */
export function groupsOf<T extends Shown>(runs: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  runs.forEach(run => groups.set(run.digest, [...(groups.get(run.digest) ?? []), run]));
  return [...groups.values()].sort((a, b) => b.length - a.length);
}
