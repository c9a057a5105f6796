/** How wide a column must be for what it holds. */

import { groupText, meanText } from './cells';
import { nameOf, type Format, type TableColumn } from './columns';
import type { Line } from './lines';
import { plainText } from './TableLine';

const SIDES = 24;
const HEAD = 30; // the arrows beside a name
const BESIDE_NAME = 226; // what else stands in the first column
const MOST = 640;
const FONT = '13px system-ui, -apple-system, "Segoe UI", sans-serif';

export function fittingWidth(
  id: string,
  columns: readonly TableColumn[],
  lines: readonly (Line | undefined)[],
  formats: ReadonlyMap<string, Format>,
  now: number
): number {
  const known = lines.filter(line => line !== undefined);
  const column = columns.find(one => one.id === id);
  if (!column) {
    const names = known.map(line => (line.row ? nameOf(line.row) : groupText(line.group, () => true)));
    return Math.min(MOST, Math.max(160, BESIDE_NAME + widest(names)));
  }
  const texts = known.map(line => textOf(line, column, formats.get(id), now));
  return Math.min(MOST, Math.ceil(Math.max(widest([column.title]) + HEAD, widest(texts) + SIDES)));
}

function textOf(line: Line, column: TableColumn, format: Format | undefined, now: number): string {
  if (line.row) {
    return `★ ${plainText(line.row, column, format, now)}`;
  }
  const mean = column.info && line.group.metrics[column.info.key];
  if (!mean || !format) {
    return String(line.group.values[column.id] ?? '');
  }
  const { mean: text, sd } = meanText(mean, format);
  return `★ ${text} ± ${sd}`;
}

function widest(texts: readonly string[]): number {
  const pen = document.createElement('canvas').getContext('2d');
  if (!pen) {
    return Math.max(0, ...texts.map(text => text.length * 7.4));
  }
  pen.font = FONT;
  return Math.max(0, ...texts.map(text => pen.measureText(text).width));
}
