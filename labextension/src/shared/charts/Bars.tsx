/** A metric without history: where each run's value lies between the lowest and the highest. */

import type { ReactNode } from 'react';

import type { Row } from '../contract/rows';
import type { Mark } from '../parts/colours';
import { columnFormat, countOf } from '../parts/numbers';
import { Swatch } from '../parts/Swatch';
import { asNumber, shortened } from '../parts/values';
import type { CurveMetric } from './metric';

const MOST = 30;

export interface BarsProps {
  rows: readonly Row[];
  info: CurveMetric;
  marks: ReadonlyMap<string, Mark>;
  names: ReadonlyMap<string, string>;
}

export function Bars({ rows, info, marks, names }: BarsProps): ReactNode {
  const known = rows.flatMap(row => {
    const value = asNumber(row.metrics[info.key]);
    return value !== null && Number.isFinite(value) ? [{ row, value }] : [];
  });
  const way = info.direction === 'min' ? 1 : -1;
  known.sort((a, b) => way * (a.value - b.value));
  const values = known.map(({ value }) => value);
  const [low, high] = spanOf(values);
  const format = columnFormat(values);
  return (
    <figure className="nbm-chart">
      <figcaption>
        <strong>{shortened(info.key, 60)}</strong>{' '}
        <span className="nbm-faint">
          {info.direction ? 'best first, ' : ''}axis from {format(low)} to {format(high)}
        </span>
      </figcaption>
      <ul className="nbm-bars">
        {known.slice(0, MOST).map(({ row, value }) => (
          <li key={row.id}>
            <span className="nbm-bar-name">
              <Swatch mark={marks.get(row.id)} /> {shortened(names.get(row.id) ?? '', 28)}
            </span>
            <span className="nbm-track">
              <span
                className="nbm-point"
                style={{ left: `${(100 * (value - low)) / (high - low || 1)}%`, background: marks.get(row.id)?.colour }}
              />
            </span>
            <span className="nbm-number">{format(value)}</span>
          </li>
        ))}
      </ul>
      {known.length > MOST && <p className="nbm-faint nbm-small">{countOf(known.length - MOST, 'more run')}</p>}
    </figure>
  );
}

/** Points on an axis need no zero, as bars would; what differs is to be seen. */
function spanOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - Math.abs(low) / 10 - 1e-9, high + Math.abs(high) / 10 + 1e-9] : [low, high];
}
