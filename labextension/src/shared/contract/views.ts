/** Tables of runs that somebody saved. `nbmlops/records/wire/views.py` in TypeScript. */

export interface SavedView {
  name: string;
  experiment: string;
  where: string;
  text: string;
  order_by: string;
  columns: string[];
  group_by: string[];
  metric: string;
}
