/** What can be written in a `where` expression. `nbmlops/records/wire/completion.py` in TypeScript. */

export interface WhereKeys {
  fields: Record<string, string>;
  choices: Record<string, string[]>;
  metrics: string[];
  params: string[];
  tags: string[];
}

export interface WhereValue {
  written: string;
  note: string;
}
