/** The runs and their figures: the cheapest first, or else the one with the greatest area. */

import type { ReactNode } from 'react';

import { columnFormat, formatNumber, MISSING } from '../parts/numbers';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';
import { isPlain, type Costs } from './costs';
import { precision, recall } from './counts';
import type { Judged } from './shown';
import { moneyText, shortThreshold, thresholdText } from './sentence';
import { bestPlaces, type FigureColumn } from './figures';

interface TableProps {
  runs: readonly Judged[];
  weighed: boolean;
  costs: Costs;
  focus: string | null;
  onFocus(id: string | null): void;
  onThreshold(threshold: number): void;
}

const RANKS: readonly FigureColumn<Judged>[] = [
  { title: 'AUC', way: 'max', of: run => run.classes?.auc ?? null, note: 'area under the ROC curve' },
  { title: 'AP', way: 'max', of: run => run.classes?.average_precision ?? null, note: 'average precision' },
  { title: 'Brier', way: 'min', of: run => run.classes?.brier ?? null, note: 'mean squared error of the probabilities' },
  { title: 'ECE', way: 'min', of: run => run.classes?.error ?? null, note: 'expected calibration error, 10 bins' }
];
const CALLED: readonly FigureColumn<Judged>[] = [
  { title: 'precision', way: 'max', of: run => run.counts && precision(run.counts), note: 'at the threshold' },
  { title: 'recall', way: 'max', of: run => run.counts && recall(run.counts), note: 'at the threshold' }
];
const NAMED: readonly FigureColumn<Judged>[] = [
  { title: 'accuracy', way: 'max', of: run => run.classes?.accuracy ?? null, note: 'of what was called' },
  { title: 'macro F1', way: 'max', of: run => run.classes?.f1 ?? null, note: 'each class counts the same' }
];

export function ScoreTable({ runs, weighed, costs, focus, onFocus, onThreshold }: TableProps): ReactNode {
  const columns = weighed ? [...RANKS, ...CALLED] : [...NAMED, ...RANKS];
  const formats = columns.map(column => columnFormat(runs.map(column.of)));
  const best = bestPlaces(runs, columns);
  const plain = isPlain(costs);
  return (
    <div className="nbm-ev-scroll" role="region" aria-label="Figures of the runs" tabIndex={0}>
      <table className="nbm-ev-table">
        <thead>
          <tr>
            <th scope="col">run</th>
            {columns.map(({ title, way, note }) => (
              <th key={title} scope="col" className="nbm-number" title={`${note}, ${way === 'max' ? 'higher' : 'lower'} is better`}>
                {title} <span className="nbm-faint">{way === 'max' ? '↑' : '↓'}</span>
              </th>
            ))}
            {weighed && (
              <>
                <th scope="col" className="nbm-number" title="Per 1000 cases, at the threshold">
                  {plain ? 'errors' : 'cost'} now
                </th>
                <th scope="col" className="nbm-number" title="Per 1000 cases, at the threshold where it is least">
                  {plain ? 'errors' : 'cost'} at best
                </th>
                <th scope="col">best threshold</th>
              </>
            )}
          </tr>
        </thead>
        <tbody onMouseLeave={() => onFocus(null)}>
          {runs.map((run, at) => (
            <tr key={run.id} className={focus === run.id ? 'nbm-ev-focus' : ''} onMouseEnter={() => onFocus(run.id)}>
              <th scope="row" title={run.name}>
                <Swatch mark={run.mark} />
                {shortened(run.name, 30)}
                {run.digest !== runs[0]?.digest && <span className="nbm-ev-apart"> other rows</span>}
              </th>
              {columns.map((column, place) => (
                <td key={column.title} className={`nbm-number${best[place] === at ? ' nbm-best' : ''}`}>
                  {best[place] === at && <span aria-label="best">★ </span>}
                  {textOf(formats[place], column.of(run))}
                </td>
              ))}
              {weighed && <CostCells run={run} unit={costs.unit} cheapest={at === 0 && run.best !== null && runs[1]?.digest === run.digest} onThreshold={onThreshold} />}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CostCellsProps {
  run: Judged;
  unit: string;
  cheapest: boolean;
  onThreshold(threshold: number): void;
}

function CostCells({ run, unit, cheapest, onThreshold }: CostCellsProps): ReactNode {
  const { best, cost } = run;
  return (
    <>
      <td className="nbm-number">{moneyText(cost, unit)}</td>
      <td className={`nbm-number${cheapest ? ' nbm-best' : ''}`}>
        {cheapest && <span aria-label="best">★ </span>}
        {best ? moneyText(best.cost, unit) : MISSING}
      </td>
      <td>
        {best && Number.isFinite(best.threshold) && !best.everybody && !best.called ? (
          <button type="button" className="nbm-link" title="Set the threshold so" onClick={() => onThreshold(best.threshold)}>
            {shortThreshold(best.threshold)}
          </button>
        ) : (
          <span className="nbm-faint">{best ? thresholdText(best) : MISSING}</span>
        )}
      </td>
    </>
  );
}

function textOf(format: ((value: number | null) => string) | undefined, value: number | null): string {
  return value === null ? MISSING : format ? format(value) : formatNumber(value);
}
