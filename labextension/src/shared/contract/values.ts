/** Numbers and values as JSON can hold them. `nbmlops/records/wire/values.py` in TypeScript. */

export type WireNumber = number | 'NaN' | 'Infinity' | '-Infinity';
export type WireValue = null | boolean | number | string | WireValue[] | { [key: string]: WireValue };
export type Group = 'metrics' | 'params' | 'tags' | 'data' | 'environment';
export type Direction = 'max' | 'min';

export const MOST_ROWS = 500;
export const MOST_SERIES = 200;
