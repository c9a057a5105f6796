/** A metric of a run, point by point. `nbmlops/records/wire/curves.py` in TypeScript. */

export type Axis = 'step' | 'time' | 'clock';

export interface SeriesData {
  id: string;
  key: string;
  began: number;
  steps: number[];
  times: number[];
  values: (number | null)[];
  means: (number | null)[];
  count: number;
  thinned: boolean;
  nonfinite: number;
}
