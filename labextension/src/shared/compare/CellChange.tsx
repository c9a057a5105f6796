/** One cell of two runs: a line that says what became of it, and its diff. */

import { useMemo, useState, type ReactNode } from 'react';

import type { CellDiff, DiffPart, DiffRow } from '../contract/sources';
import { countOf } from '../parts/numbers';
import { shortened } from '../parts/values';
import { folded, isGap, unified, type Gap } from './diffLines';

export interface CellChangeProps {
  cell: CellDiff;
  split: boolean;
  /** What the two runs are called. */
  old: string;
  other: string;
}

export function CellChange({ cell, split, old, other }: CellChangeProps): ReactNode {
  const [open, setOpen] = useState(cell.state !== 'same');
  return (
    <details className={`nbm-cell-change nbm-cell-${cell.state}`} open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <code className="nbm-faint">{markText(cell)}</code>
        <code className="nbm-cell-first">{shortened(cell.first, 100)}</code>
        {cell.tracked && <span className="nbm-faint">the tracked cell</span>}
        <span className="nbm-cell-state">{stateText(cell, old, other)}</span>
      </summary>
      {open && (cell.remark ? <p className="nbm-faint">{cell.remark}.</p> : <Body cell={cell} split={split} />)}
    </details>
  );
}

function markText(cell: CellDiff): string {
  if (cell.kind === 'module' || !cell.old_mark || !cell.new_mark || cell.old_mark === cell.new_mark) {
    return cell.old_mark || cell.new_mark;
  }
  return `${cell.old_mark} → ${cell.new_mark}`;
}

function stateText(cell: CellDiff, old: string, other: string): ReactNode {
  switch (cell.state) {
    case 'same':
      return <span className="nbm-faint">the same</span>;
    case 'removed':
      return `only in ${shortened(old, 24)}`;
    case 'added':
      return `only in ${shortened(other, 24)}`;
    default:
      return (
        <>
          <span className="nbm-better">+{cell.added}</span> <span className="nbm-worse">−{cell.removed}</span>
        </>
      );
  }
}

function Body({ cell, split }: { cell: CellDiff; split: boolean }): ReactNode {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const pieces = useMemo(() => folded(cell.rows, opened), [cell.rows, opened]);
  const unfold = (gap: Gap): void => setOpened(before => new Set([...before, gap.from]));
  if (cell.state === 'same') {
    return <pre className="nbm-same-source" tabIndex={0}>{cell.source}</pre>;
  }
  if (!cell.rows.length) {
    return <p className="nbm-faint">It is empty.</p>;
  }
  const sides = split && cell.state === 'changed';
  return (
    <div className="nbm-diff" tabIndex={0} role="region" aria-label={`Diff of ${markText(cell)}`}>
      <table className={sides ? 'nbm-split' : undefined}>
        <tbody>
          {sides
            ? pieces.map((piece, at) =>
                isGap(piece) ? <Fold key={at} gap={piece} columns={4} onOpen={unfold} /> : <SplitRow key={at} row={piece} />
              )
            : unified(pieces).map((line, at) =>
                'from' in line ? <Fold key={at} gap={line} columns={4} onOpen={unfold} /> : <UnifiedRow key={at} {...line} />
              )}
        </tbody>
      </table>
    </div>
  );
}

function Fold({ gap, columns, onOpen }: { gap: Gap; columns: number; onOpen(gap: Gap): void }): ReactNode {
  return (
    <tr className="nbm-diff-gap">
      <td colSpan={columns}>
        <button type="button" className="nbm-link" onClick={() => onOpen(gap)}>
          {countOf(gap.to - gap.from, 'line')} the same
        </button>
      </td>
    </tr>
  );
}

const SIGNS = { ' ': '', '−': 'nbm-del', '+': 'nbm-ins' } as const;

function UnifiedRow({ sign, row }: { sign: ' ' | '−' | '+'; row: DiffRow }): ReactNode {
  return (
    <tr className={SIGNS[sign]}>
      <td className="nbm-diff-number">{sign === '+' ? '' : row.old_number}</td>
      <td className="nbm-diff-number">{sign === '−' ? '' : row.new_number}</td>
      <td className="nbm-diff-sign">{sign}</td>
      <td className="nbm-diff-text">
        <Parts parts={sign === '+' ? row.new : row.old} sign={sign} />
      </td>
    </tr>
  );
}

function SplitRow({ row }: { row: DiffRow }): ReactNode {
  const same = row.kind === 'same';
  const [old, other] = [row.old_number !== null, row.new_number !== null];
  return (
    <tr>
      <td className={`nbm-diff-number${!same && old ? ' nbm-del' : ''}`}>{row.old_number}</td>
      <td className={`nbm-diff-text${same ? '' : old ? ' nbm-del' : ' nbm-void'}`}>
        <Parts parts={row.old} sign={same ? ' ' : '−'} />
      </td>
      <td className={`nbm-diff-number${!same && other ? ' nbm-ins' : ''}`}>{row.new_number}</td>
      <td className={`nbm-diff-text${same ? '' : other ? ' nbm-ins' : ' nbm-void'}`}>
        <Parts parts={same ? row.old : row.new} sign={same ? ' ' : '+'} />
      </td>
    </tr>
  );
}

/** Words that changed carry the weight; for who can't see that, they are marked as deleted and inserted. */
function Parts({ parts, sign }: { parts: readonly DiffPart[]; sign: ' ' | '−' | '+' }): ReactNode {
  return parts.map((part, at) => {
    if (!part.changed) {
      return <span key={at}>{part.text}</span>;
    }
    return sign === '−' ? <del key={at}>{part.text}</del> : <ins key={at}>{part.text}</ins>;
  });
}
