/** The runs that are compared: a click makes one the baseline, another takes it away. */

import type { ReactNode } from 'react';

import type { ComparedRun, ComparisonData } from '../contract/comparison';
import type { Mark } from '../parts/colours';
import { Findings, Status, Verdict } from '../parts/Status';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';
import { nameOf } from '../runs/columns';
import { orderOf } from './order';

export interface RunChipsProps {
  comparison: ComparisonData;
  marks: ReadonlyMap<string, Mark>;
  onBaseline(id: string): void;
  /** Absent where runs are chosen elsewhere. */
  onRemove?: ((id: string) => void) | undefined;
  onOpen?: ((id: string) => void) | undefined;
}

export function RunChips({ comparison, marks, onBaseline, onRemove, onOpen }: RunChipsProps): ReactNode {
  const order = orderOf(comparison);
  const second = comparison.runs[order[1] ?? -1];
  return (
    <div className="nbm-run-chips" role="group" aria-label="Runs that are compared">
      {order.map(at => {
        const run = comparison.runs[at] as ComparedRun;
        return (
          <Chip
            key={run.row.id}
            run={run}
            mark={marks.get(run.row.id)}
            isBaseline={at === comparison.baseline}
            onBaseline={onBaseline}
            onRemove={order.length > 2 ? onRemove : undefined}
            onOpen={onOpen}
          />
        );
      })}
      {order.length === 2 && second && (
        <button type="button" className="nbm-button" title="The other one as the baseline" onClick={() => onBaseline(second.row.id)}>
          Swap
        </button>
      )}
    </div>
  );
}

interface ChipProps extends Pick<RunChipsProps, 'onBaseline' | 'onRemove' | 'onOpen'> {
  run: ComparedRun;
  mark: Mark | undefined;
  isBaseline: boolean;
}

function Chip({ run, mark, isBaseline, onBaseline, onRemove, onOpen }: ChipProps): ReactNode {
  const { row, standing } = run;
  const name = shortened(nameOf(row), 32); // its id stands beside it
  return (
    <span className={isBaseline ? 'nbm-run-chip nbm-run-chip-baseline' : 'nbm-run-chip'}>
      <button
        type="button"
        className="nbm-run-chip-name"
        aria-pressed={isBaseline}
        title={isBaseline ? 'The others are held against this run' : 'Hold the others against this run'}
        onClick={() => onBaseline(row.id)}
      >
        <Swatch mark={mark} />
        <strong>{name}</strong>
        {isBaseline && <span className="nbm-run-chip-word">baseline</span>}
      </button>
      <span className="nbm-run-chip-facts">
        {onOpen ? (
          <button type="button" className="nbm-id" title="Open the run" onClick={() => onOpen(row.id)}>
            {row.id.slice(0, 8)}
          </button>
        ) : (
          <span className="nbm-id">{row.id.slice(0, 8)}</span>
        )}
        {standing === 'doubtful' || standing === 'other data' ? (
          <span className="nbm-status nbm-status-doubtful" title={run.reasons.join('\n')}>
            <span className="nbm-dot" aria-hidden="true" />
            {standing === 'doubtful' ? 'not counted' : 'other data'}
          </span>
        ) : (
          row.status !== 'FINISHED' && <Status status={row.status} />
        )}
        <Verdict verdict={row.verdict} />
        <Findings row={row} />
      </span>
      {onRemove && (
        <button type="button" className="nbm-run-chip-remove" aria-label={`Compare without ${name}`} title="Compare without it" onClick={() => onRemove(row.id)}>
          ×
        </button>
      )}
    </span>
  );
}
