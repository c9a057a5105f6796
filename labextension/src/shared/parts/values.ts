/** Values as text. */

import type { ColumnInfo, Row } from '../contract/rows';
import type { WireNumber, WireValue } from '../contract/values';

const MOST_CHARS = 60;

/** A number from the wire, where NaN and infinities are texts. */
export function asNumber(value: WireNumber | undefined | null): number | null {
  return value === undefined || value === null ? null : Number(value);
}

/** A parameter as Python would write it: `True`, `None`, lists and objects as JSON. */
export function valueText(value: WireValue | undefined): string {
  if (value === undefined) {
    return '';
  }
  if (value === null) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (typeof value === 'number') {
    return plainNumber(value);
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text cut in its middle, so that both its beginning and its end tell. */
export function shortened(text: string, most = MOST_CHARS): string {
  if (text.length <= most) {
    return text;
  }
  const half = Math.floor((most - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(text.length - half)}`;
}

/** `metrics.accuracy`: how a query names a column. */
export function columnId(column: Pick<ColumnInfo, 'group' | 'key'>): string {
  return `${column.group}.${column.key}`;
}

/** What a run has in a column, undefined where it has nothing. */
export function cellOf(row: Row, id: string): WireValue | undefined {
  const at = id.indexOf('.');
  const [group, key] = [id.slice(0, at), id.slice(at + 1)];
  switch (group) {
    case 'metrics':
      return row.metrics[key];
    case 'params':
      return row.params[key];
    case 'data':
      return row.data[key];
    case 'environment':
      return row.environment[key];
    default:
      return row.tags[key];
  }
}

function plainNumber(value: number): string {
  if (Number.isInteger(value)) {
    return String(value);
  }
  return String(Number(value.toPrecision(12)));
}
