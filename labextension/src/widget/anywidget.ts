/** As much of anywidget's interface as is used here. */

export interface AnyModel {
  get<K extends keyof Traits>(key: K): Traits[K];
  set<K extends keyof Traits>(key: K, value: Traits[K]): void;
  on(event: string, callback: (message: never) => void): void;
  off(event: string, callback: (message: never) => void): void;
  save_changes(): void;
  send(content: unknown): void;
}

/** The traits of `LiveView`, and of `RunsWidget`; a view of one run has only the first two. */
export interface Traits {
  _place: Record<string, unknown>;
  _token: string;
  where: string;
  text: string;
  order_by: string;
  metric: string;
  columns: string[];
  selected_runs: string[];
  baseline: string;
  group_by: string[];
  _widths: Record<string, number>;
  folded: boolean;
  deleted: boolean;
  _scope: Record<string, unknown>;
  _caption: string;
  _apart: Record<string, string>;
  _cautions: string[];
}
