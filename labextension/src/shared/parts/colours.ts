/** Colours that series keep: the same run has the same in table, legend and chart. */

/** Okabe and Ito's palette, told apart by colour-blind readers as well; the strong ones first. */
export const PALETTE = [
  '#1f83c4', // the palette's blue, lightened: it is as clear on dark ground as on light
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#8c6d00', // the palette's yellow, darkened: on white it can't be seen
  '#7f7f7f'
] as const;

/** From the ninth run on colours come again, with dashes. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3]];

export interface Mark {
  colour: string;
  dash: readonly number[];
}

/** Gives each id a place that it keeps as long as it is asked for, whatever joins or leaves. */
export class Marks {
  private readonly places = new Map<string, number>();

  /** Lets go of those that are not among `ids`, then gives the lowest free places to the new ones. */
  assign(ids: readonly string[]): ReadonlyMap<string, Mark> {
    const wanted = new Set(ids);
    for (const id of [...this.places.keys()]) {
      if (!wanted.has(id)) {
        this.places.delete(id);
      }
    }
    const taken = new Set(this.places.values());
    let next = 0;
    for (const id of wanted) {
      if (!this.places.has(id)) {
        while (taken.has(next)) {
          next += 1;
        }
        taken.add(next);
        this.places.set(id, next);
      }
    }
    return new Map(ids.map(id => [id, markAt(this.places.get(id) ?? 0)]));
  }
}

function markAt(place: number): Mark {
  const round = Math.floor(place / PALETTE.length) % DASHES.length;
  return { colour: PALETTE[place % PALETTE.length] as string, dash: DASHES[round] ?? [] };
}
