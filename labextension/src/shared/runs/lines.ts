/** The lines of a table: runs, and groups of runs. */

import type { Page, Row, RunGroup } from '../contract/rows';

export interface RunLine {
  row: Row;
  group?: undefined;
}

export interface GroupLine {
  group: RunGroup;
  row?: undefined;
}

export type Line = RunLine | GroupLine;

/** What is not read yet is undefined. */
export type Lines = readonly (Line | undefined)[];

/** The id of its run, or the key of its group. */
export function nameOfLine(line: Line): string {
  return line.row ? line.row.id : line.group.key;
}

/** The lines of a page, in order from its offset on. */
export function linesOf(page: Pick<Page, 'rows' | 'groups' | 'offset'>): Line[] {
  const groups = new Map(page.groups.map(group => [group.at, group]));
  const rows = page.rows[Symbol.iterator]();
  return Array.from({ length: page.rows.length + groups.size }, (_, at): Line => {
    const group = groups.get(page.offset + at);
    return group ? { group } : { row: rows.next().value as Row };
  });
}

/** Lines with those of a page in their places, as many as the page says there are in all. */
export function withPage(before: Lines, page: Page): (Line | undefined)[] {
  const lines = before.slice(0, page.total);
  while (lines.length < page.total) {
    lines.push(undefined);
  }
  linesOf(page).forEach((line, at) => {
    if (page.offset + at < page.total) {
      lines[page.offset + at] = line;
    }
  });
  return lines;
}

/** How far a line has moved, from what was seen to what is there now; 0 where nobody can tell. */
export function shiftOf(before: Lines, after: Lines, seen: number): number {
  const line = before[seen];
  if (!line) {
    return 0;
  }
  const name = nameOfLine(line);
  const at = after.findIndex(other => other !== undefined && nameOfLine(other) === name);
  return at === -1 ? 0 : at - seen;
}

/** The line to which an open one's run belongs: its place, or -1. */
export function holderOf(lines: Lines, at: number): number {
  const inside = lines[at]?.row?.inside;
  if (!inside) {
    return -1;
  }
  for (let above = at - 1; above >= 0; above--) {
    const line = lines[above];
    if (line && nameOfLine(line) === inside) {
      return above;
    }
  }
  return -1;
}
