/** The keys of the table. */

import type { KeyboardEvent } from 'react';

import type { Row } from '../contract/rows';
import { holderOf, type Line, type Lines } from './lines';
import type { Selection } from './useSelection';

export interface Keys {
  lines: Lines;
  /** The line that the keys are about. */
  at: number;
  /** How many lines a page has. */
  page: number;
  selection: Selection;
  opened: readonly string[];
  scroller: { current: HTMLElement | null };
  move(to: number): number;
  onOpen(row: Row): void;
  onUnfold(line: Line): void;
}

const SIDEWAYS = 120;

export function useKeys(keys: Keys): (event: KeyboardEvent) => void {
  const { lines, at, page, selection, move, scroller } = keys;
  const line = lines[at];
  const places: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: lines.length - 1
  };
  const isOpen = line && (line.group ? line.group.open : keys.opened.includes(line.row.id));
  const opens = line && (line.group !== undefined || line.row.alike > 1);
  const scroll = (by: number): void => scroller.current?.scrollBy({ left: by });
  const right = (): void => (opens && !isOpen ? keys.onUnfold(line) : scroll(SIDEWAYS));
  const left = (): void => {
    const holder = holderOf(lines, at);
    if (opens && isOpen) {
      keys.onUnfold(line);
    } else if (holder >= 0 && !scroller.current?.scrollLeft) {
      move(holder);
    } else {
      scroll(-SIDEWAYS);
    }
  };
  const enter = (): void => {
    if (line?.group) {
      keys.onUnfold(line);
    } else if (line) {
      keys.onOpen(line.row);
    }
  };
  const does: Record<string, () => void> = {
    ArrowRight: right,
    ArrowLeft: left,
    ' ': () => selection.toggle(at),
    Enter: enter
  };
  return event => {
    if (event.target !== event.currentTarget) {
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === 'a') {
      event.preventDefault();
      selection.all();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const to = places[event.key];
    const action = event.shiftKey ? undefined : does[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const there = move(to);
      if (event.shiftKey) {
        selection.extend(there);
      } else {
        selection.begin(there);
      }
    } else if (action) {
      event.preventDefault();
      action();
    }
  };
}
