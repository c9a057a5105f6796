/** Which runs are asked for, and in which order. `nbmlops/records/wire/queries.py` in TypeScript. */

export interface Query {
  experiment?: string;
  notebook?: string;
  cells?: string[];
  cell?: string;
  ids?: string[];
  where?: string;
  text?: string;
  deleted?: boolean;
  order_by?: string;
  descending?: boolean;
  offset?: number;
  limit?: number;
  fold?: boolean;
  group_by?: string[];
  group?: string;
  unfold?: string[];
  means?: string[];
}
