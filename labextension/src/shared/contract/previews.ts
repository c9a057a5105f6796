/** Artifacts as they are shown. `nbmlops/records/wire/previews.py` in TypeScript. */

export type PreviewKind = 'image' | 'table' | 'notebook' | 'json' | 'text' | 'folder' | 'none';

export interface TableFacts {
  columns: string[];
  dtypes: string[];
  rows: string[][];
  total: number | null;
}

export interface OutputFacts {
  kind: 'text' | 'error' | 'html' | 'image';
  text: string;
  media_type: string;
  plain: string;
}

export interface CellFacts {
  kind: 'code' | 'markdown' | 'raw';
  source: string;
  count: number | null;
  outputs: OutputFacts[];
}

export interface FileFacts {
  path: string;
  size: number;
  digest: string;
}

export interface FactLine {
  name: string;
  text: string;
}

export interface Preview {
  kind: PreviewKind;
  name: string;
  path: string;
  media_type: string;
  size: number;
  text: string;
  cut: boolean;
  note: string;
  table: TableFacts | null;
  cells: CellFacts[];
  files: FileFacts[];
  facts: FactLine[];
}
