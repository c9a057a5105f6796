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

/** An error as the REST interface sends it: RFC 9457, and `code`, `hint` and `column` of our own. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ErrorCode;
  hint: string;
  column?: number;
}
