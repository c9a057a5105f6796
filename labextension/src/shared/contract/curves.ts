/** A metric of a run, point by point. `nbmlops/records/wire/curves.py` in TypeScript. */

export interface SeriesData {
  id: string;
  key: string;
  steps: number[];
  values: (number | null)[];
  count: number;
  thinned: boolean;
  nonfinite: number;
}
