/** Runs found and ordered as the store does it (`store/pages.py`), for who has no store. */

import type { Query } from '../shared/contract/queries';
import type { Row } from '../shared/contract/rows';
import type { WireValue } from '../shared/contract/values';
import { cellOf } from '../shared/parts/values';

export function foundRows(rows: readonly Row[], query: Query): Row[] {
  const ids = query.ids ? new Set(query.ids) : null;
  const words = (query.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter(
    row =>
      (!ids || ids.has(row.id)) &&
      (query.experiment === undefined || row.experiment === query.experiment) &&
      words.every(word => hasWord(row, word))
  );
  return orderedRows(found, query.order_by ?? 'started', query.descending);
}

function hasWord(row: Row, word: string): boolean {
  const texts = [row.name, row.note, row.status, row.experiment, row.verdict ?? '', ...Object.entries(row.tags).flat()];
  texts.push(...row.findings.map(finding => finding.code));
  texts.push(...Object.values(row.params).filter(value => typeof value === 'string'));
  return row.id.startsWith(word) || texts.some(text => text.toLowerCase().includes(word));
}

/** Those without a value come last either way, and the newest first where values are the same. */
export function orderedRows(rows: readonly Row[], by: string, descending?: boolean): Row[] {
  const way = (descending ?? by === 'started') ? -1 : 1;
  const keyed = rows.map(row => ({ row, key: keyOf(row, by) }));
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) {
      return Number(a.key === null) - Number(b.key === null) || b.row.started - a.row.started;
    }
    return way * compared(a.key, b.key) || b.row.started - a.row.started;
  });
  return keyed.map(one => one.row);
}

type Key = number | string | null;

function keyOf(row: Row, by: string): Key {
  switch (by) {
    case 'started':
    case 'duration':
    case 'name':
    case 'status':
    case 'experiment':
    case 'verdict':
      return row[by];
    default:
      return valueKey(cellOf(row, by), by.startsWith('metrics.'));
  }
}

function valueKey(value: WireValue | undefined, number: boolean): Key {
  if (value === undefined || value === null || (number && value === 'NaN')) {
    return null;
  }
  if (number || typeof value === 'boolean') {
    return Number(value);
  }
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value);
}

/** Numbers stand before texts. */
function compared(a: number | string, b: number | string): number {
  if (typeof a !== typeof b) {
    return typeof a === 'number' ? -1 : 1;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
