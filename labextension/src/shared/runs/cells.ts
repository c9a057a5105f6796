/** What stands in the cells of a table, as text. */

import type { Mean, Row, RunGroup } from '../contract/rows';
import { formatMoment, formatNumber, formatRelative, MISSING } from '../parts/numbers';
import { asNumber, cellOf, shortened, valueText } from '../parts/values';
import { durationText, type Format, type TableColumn } from './columns';

export interface Content {
  text: string;
  title?: string;
  best?: boolean;
  /** Not what most runs have. */
  odd?: boolean;
}

/** The columns whose text depends on the time. */
export function isTimed(column: TableColumn): boolean {
  return column.id === 'started' || column.id === 'duration';
}

export function contentOf(row: Row, column: TableColumn, format: Format | undefined, now: number): Content {
  const { info } = column;
  if (!info) {
    return ownContent(row, column.id, now);
  }
  const value = cellOf(row, column.id);
  if (value === undefined) {
    return { text: MISSING };
  }
  if (info.group === 'metrics') {
    const number = asNumber(value as number);
    const ranked = row.status === 'FINISHED' && row.doubts.length === 0;
    const best = ranked && number !== null && number === info.best;
    return { text: format ? format(number) : String(number), title: String(number), best };
  }
  if (column.numeric && typeof value === 'number' && format) {
    return { text: format(value), title: valueText(value) };
  }
  const text = valueText(value);
  const odd = info.usual !== null && info.differs && text !== info.usual;
  return { text: shortened(text), title: odd ? `${text}\nMost runs have ${info.usual}` : text, odd };
}

function ownContent(row: Row, id: string, now: number): Content {
  switch (id) {
    case 'started':
      return { text: formatRelative(row.started, now), title: formatMoment(row.started) };
    case 'duration':
      return { text: durationText(row, now) };
    case 'notebook':
      return told(row.notebook, text => text.split('/').pop() ?? text);
    case 'parent':
      return told(row.parent, text => text.slice(0, 8));
    case 'experiment':
      return told(row.experiment);
    case 'note':
      return told(row.note);
    case 'kind':
      return told(row.kind);
    default:
      return told(row.error);
  }
}

function told(text: string | null, short: (text: string) => string = text => text): Content {
  return text ? { text: shortened(short(text), 80), title: text } : { text: MISSING };
}

/** A group's mean and deviation, the latter with as many decimals. */
export function meanText(mean: Mean, format: Format): { mean: string; sd: string } {
  if (mean.sd === null) {
    return { mean: format(mean.mean), sd: '' };
  }
  const sd = format(mean.sd);
  const hidden = mean.sd !== 0 && !/[1-9]/.test(sd);
  return { mean: format(mean.mean), sd: hidden ? formatNumber(mean.sd, 1) : sd };
}

/** What is said of a mean to who asks. */
export function meanTitle(mean: Mean, group: RunGroup): string {
  const of = `mean of ${mean.count} of ${group.runs} ${group.runs === 1 ? 'run' : 'runs'}`;
  return mean.sd === null ? `${mean.mean}, ${of}` : `${mean.mean} ± ${mean.sd} (standard deviation, n − 1), ${of}`;
}

/** What the runs of a group have in common, as far as it tells it from the others: `C 1, solver lbfgs`. */
export function groupText(group: RunGroup, telling: (column: string) => boolean): string {
  const parts = groupParts(group, telling).map(([key, value]) => `${key} ${value}`);
  return parts.join(', ') || 'none of them';
}

/** The names and values that a group has in common, of those that tell groups apart. */
export function groupParts(group: RunGroup, telling: (column: string) => boolean): (readonly [string, string])[] {
  const all = Object.entries(group.values);
  const some = all.filter(([column]) => telling(column));
  return (some.length ? some : all).map(([column, value]) => {
    return [column.slice(column.indexOf('.') + 1), shortened(valueText(value), 30)] as const;
  });
}
