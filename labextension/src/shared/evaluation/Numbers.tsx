/** Predictions of numbers: how far off, in which direction, and what that costs. */

import { useMemo, useState, type ReactNode } from 'react';

import type { NumberFigures } from '../contract/evaluation';
import { columnFormat, formatNumber, MISSING } from '../parts/numbers';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';
import type { ViewProps } from './Classes';
import { NumberField } from './CostFields';
import { CASES } from './costs';
import { bestPlaces, type FigureColumn } from './figures';
import { useKept } from './kept';
import { ResidualPlots } from './ResidualPlots';
import { moneyText } from './sentence';
import { groupsOf, type Measured } from './shown';

/** What a unit too much and a unit too little cost. */
interface UnitCosts {
  over: number;
  under: number;
  unit: string;
}

const PLAIN: UnitCosts = { over: 1, under: 1, unit: '' };

const COLUMNS: readonly FigureColumn<Measured>[] = [
  { title: 'MAE', way: 'min', of: run => run.numbers.mae, note: 'mean size of the residuals' },
  { title: 'RMSE', way: 'min', of: run => run.numbers.rmse, note: 'root of the mean squared residual' },
  { title: 'R²', way: 'max', of: run => run.numbers.r2, note: 'share of the variance that is foreseen' },
  { title: '95 % within', way: 'min', of: run => run.numbers.most, note: 'the size that one residual in twenty exceeds' }
];

export function Numbers({ answer, runs, experiment }: ViewProps): ReactNode {
  const [costs, setCosts] = useKept(`nbmlops.unit-costs ${experiment} ${answer.name}`, PLAIN);
  const [focus, setFocus] = useState<string | null>(null);
  const put = (part: Partial<UnitCosts>): void => setCosts({ ...costs, ...part });
  const measured = useMemo(
    () =>
      groupsOf(runs).flatMap(group =>
        group
          .flatMap((run): Measured[] => (run.numbers ? [{ ...run, numbers: run.numbers, cost: costOf(run.numbers, costs) }] : []))
          .sort((a, b) => a.cost - b.cost)
      ),
    [runs, costs]
  );
  return (
    <>
      <Sentence runs={measured} costs={costs} />
      <div className="nbm-ev-controls">
        <fieldset className="nbm-ev-costs">
          <legend className="nbm-hidden">What errors cost</legend>
          <NumberField label="a unit too much costs" value={costs.over} onChange={over => put({ over })} />
          <NumberField label="a unit too little costs" value={costs.under} onChange={under => put({ under })} />
          <label>
            unit{' '}
            <input
              className="nbm-ev-field"
              value={costs.unit}
              placeholder="€"
              size={6}
              maxLength={16}
              onChange={event => put({ unit: event.target.value })}
            />
          </label>
        </fieldset>
      </div>
      <Table runs={measured} costs={costs} focus={focus} onFocus={setFocus} />
      <ResidualPlots runs={measured} width={answer.width} focus={focus} onFocus={setFocus} />
    </>
  );
}

function costOf({ over, under }: NumberFigures, costs: UnitCosts): number {
  return CASES * (costs.over * over + costs.under * under);
}

function isPlain({ over, under }: UnitCosts): boolean {
  return over === 1 && under === 1;
}

function Sentence({ runs, costs }: { runs: readonly Measured[]; costs: UnitCosts }): ReactNode {
  const [first, second] = groupsOf(runs)[0] ?? [];
  if (!first) {
    return null;
  }
  const amount = (run: Measured): string =>
    isPlain(costs) ? formatNumber(run.numbers.mae, 3) : moneyText(run.cost, costs.unit);
  const said = isPlain(costs)
    ? `${first.name} is off by ${amount(first)} on average`
    : `${first.name} costs ${amount(first)} per ${formatNumber(CASES)} cases`;
  const less = second && second.cost > 0 ? Math.round(100 * (1 - first.cost / second.cost)) : 0;
  const than = second ? `, ${less < 1 ? 'about as much as' : `${less}\u2009% less than`} ${second.name} (${amount(second)})` : '';
  return (
    <p className="nbm-ev-sentence" role="status">
      <strong>
        {said}
        {than}.
      </strong>
    </p>
  );
}

interface TableProps {
  runs: readonly Measured[];
  costs: UnitCosts;
  focus: string | null;
  onFocus(id: string | null): void;
}

function Table({ runs, costs, focus, onFocus }: TableProps): ReactNode {
  const columns: readonly FigureColumn<Measured>[] = isPlain(costs)
    ? COLUMNS
    : [...COLUMNS, { title: 'cost', way: 'min', of: run => run.cost, note: 'per 1000 cases' }];
  const best = bestPlaces(runs, columns);
  const formats = columns.map(column => columnFormat(runs.map(column.of)));
  const biases = columnFormat(runs.map(run => run.numbers.bias));
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
            <th scope="col" className="nbm-number" title="mean residual, true less predicted; zero is best">
              bias
            </th>
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
              {columns.map((column, place) => {
                const value = column.of(run);
                const isBest = best[place] === at;
                return (
                  <td key={column.title} className={`nbm-number${isBest ? ' nbm-best' : ''}`}>
                    {isBest && <span aria-label="best">★ </span>}
                    {value === null ? MISSING : column.title === 'cost' ? moneyText(value, costs.unit) : formats[place]?.(value)}
                  </td>
                );
              })}
              <td className="nbm-number" title={biasText(run.numbers.bias)}>
                {biases(run.numbers.bias)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function biasText(bias: number): string {
  const size = formatNumber(Math.abs(bias), 3);
  return bias === 0 ? 'neither too high nor too low' : `predictions are ${size} too ${bias > 0 ? 'low' : 'high'} on average`;
}
