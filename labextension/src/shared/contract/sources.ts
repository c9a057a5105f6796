/** What differs between the sources of two runs. `nbmlops/records/wire/sources.py` in TypeScript. */

export interface DiffPart {
  text: string;
  changed: boolean;
}

export interface DiffRow {
  kind: 'same' | 'changed' | 'removed' | 'added';
  old_number: number | null;
  new_number: number | null;
  old: DiffPart[];
  new: DiffPart[];
}

export interface CellDiff {
  kind: 'cell' | 'module';
  state: 'same' | 'changed' | 'removed' | 'added';
  old_mark: string;
  new_mark: string;
  tracked: boolean;
  first: string;
  added: number;
  removed: number;
  rows: DiffRow[];
  source: string;
  remark: string;
}

export interface SourceComparison {
  cells: CellDiff[];
  same: boolean;
  missing: string;
}
