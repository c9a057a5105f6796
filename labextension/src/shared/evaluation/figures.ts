/** Columns of figures, and who is best in each. */

export interface FigureColumn<T> {
  title: string;
  way: 'max' | 'min';
  of(run: T): number | null;
  note: string;
}

interface Tested {
  digest: string;
}

/** The place of the best run of each column, among those tested on the same rows as the first; none where all that are
 * known are the same. */
export function bestPlaces<T extends Tested>(runs: readonly T[], columns: readonly FigureColumn<T>[]): (number | null)[] {
  return columns.map(({ of, way }) => {
    const known = runs.flatMap((run, at) => {
      const value = run.digest === runs[0]?.digest ? of(run) : null;
      return value === null ? [] : [{ at, value }];
    });
    const sign = way === 'max' ? 1 : -1;
    if (new Set(known.map(one => one.value)).size < 2) {
      return null;
    }
    return known.reduce((best, one) => (sign * (one.value - best.value) > 0 ? one : best)).at;
  });
}
