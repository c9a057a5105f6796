/** Why there is no answer. `nbmlops/records/wire/errors.py` in TypeScript. */

export type ErrorCode =
  | 'where'
  | 'refused'
  | 'not-found'
  | 'busy'
  | 'store'
  | 'config'
  | 'forbidden'
  | 'fault';

export interface WireError {
  code: ErrorCode;
  message: string;
  hint: string;
  column?: number;
}
