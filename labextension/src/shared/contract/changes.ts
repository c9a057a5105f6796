/** What a reader changes of runs. `nbmlops/records/wire/changes.py` in TypeScript. */

/** How many runs may be changed at once. */
export const MOST_CHANGED = 10000;

export interface RunChange {
  ids: string[];
  name?: string;
  note?: string;
  tags?: Record<string, string | null>;
  deleted?: boolean;
}

export interface Changed {
  changed: number;
  undo: RunChange[];
}
