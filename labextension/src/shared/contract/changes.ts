/** What a reader changes. `nbmlops/records/wire/changes.py` in TypeScript. */

export interface TagChange {
  id: string;
  key: string;
  value: string | null;
}
