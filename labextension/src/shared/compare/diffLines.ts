/** Lines of a diff as they are shown: context folded, sides one below the other. Pure functions. */

import type { DiffRow } from '../contract/sources';

export interface Gap {
  /** Lines that are the same and folded, by their place. */
  from: number;
  to: number;
}

export type Piece = DiffRow | Gap;

const CONTEXT = 3;
/** A gap of fewer lines takes as much room as the lines. */
const LEAST_GAP = 3;

export function isGap(piece: Piece): piece is Gap {
  return 'from' in piece;
}

/** The rows with a gap for each long stretch of the same, but those that were opened. */
export function folded(rows: readonly DiffRow[], open: ReadonlySet<number>): Piece[] {
  const near = rows.map(() => false);
  rows.forEach((row, at) => {
    if (row.kind !== 'same') {
      for (let i = Math.max(0, at - CONTEXT); i <= Math.min(rows.length - 1, at + CONTEXT); i++) {
        near[i] = true;
      }
    }
  });
  const pieces: Piece[] = [];
  for (let at = 0; at < rows.length; ) {
    let stop = at;
    while (stop < rows.length && !near[stop]) {
      stop += 1;
    }
    if (stop - at >= LEAST_GAP && !open.has(at)) {
      pieces.push({ from: at, to: stop });
      at = stop;
    } else {
      stop = Math.max(stop, at + 1);
      pieces.push(...rows.slice(at, stop));
      at = stop;
    }
  }
  return pieces;
}

export interface UnifiedLine {
  sign: ' ' | '−' | '+';
  row: DiffRow;
}

/** One side below the other: of lines that changed together, all old ones before the new. */
export function unified(pieces: readonly Piece[]): (UnifiedLine | Gap)[] {
  const lines: (UnifiedLine | Gap)[] = [];
  let added: UnifiedLine[] = [];
  const flush = (): void => {
    lines.push(...added);
    added = [];
  };
  for (const piece of pieces) {
    if (isGap(piece)) {
      flush();
      lines.push(piece);
    } else if (piece.kind === 'same') {
      flush();
      lines.push({ sign: ' ', row: piece });
    } else {
      if (piece.old_number !== null) {
        lines.push({ sign: '−', row: piece });
      }
      if (piece.new_number !== null) {
        added.push({ sign: '+', row: piece });
      }
    }
  }
  flush();
  return lines;
}
