/** The columns of a dataset: kinds, gaps, ranges, and how their values lie. */

import { useState, type ReactNode } from 'react';

import type { ColumnFacts, DataFacts } from '../contract/profiles';
import { countOf, formatNumber } from '../parts/numbers';
import { asNumber, shortened } from '../parts/values';

const MOST_ROWS = 30;
const WIDTH = 96;
const HEIGHT = 22;

export function Profile({ facts }: { facts: DataFacts }): ReactNode {
  const [all, setAll] = useState(false);
  const { columns } = facts;
  const shown = all ? columns : columns.slice(0, MOST_ROWS);
  return (
    <div className="nbm-scroll" tabIndex={0} role="group" aria-label="Columns of the dataset">
      <table className="nbm-plain nbm-profile">
        <thead>
          <tr>
            <th scope="col">column</th>
            <th scope="col">type</th>
            <th scope="col">missing</th>
            <th scope="col">distinct</th>
            <th scope="col">least</th>
            <th scope="col">mean</th>
            <th scope="col">greatest</th>
            <th scope="col">values</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((column, at) => (
            <Column key={`${column.name} ${at}`} column={column} />
          ))}
        </tbody>
      </table>
      {columns.length > MOST_ROWS && (
        <button type="button" className="nbm-link" onClick={() => setAll(!all)}>
          {all ? 'show fewer' : `show all ${countOf(columns.length, 'column')}`}
        </button>
      )}
      {(facts.sampled !== null || facts.omitted > 0) && (
        <p className="nbm-faint nbm-small">
          {facts.sampled !== null && `Of a sample of ${countOf(facts.sampled, 'row')}. `}
          {facts.omitted > 0 && `${countOf(facts.omitted, 'more column')} left out.`}
        </p>
      )}
    </div>
  );
}

function Column({ column }: { column: ColumnFacts }): ReactNode {
  return (
    <tr>
      <th scope="row" title={column.name}>
        {column.name ? shortened(column.name, 36) : <span className="nbm-faint">values</span>}
      </th>
      <td className="nbm-faint nbm-dtype">{shortened(column.dtype, 24)}</td>
      <td>{column.missing > 0 ? <span className="nbm-missing">{share(column.missing)}</span> : <span className="nbm-faint">–</span>}</td>
      <td>{column.distinct || <span className="nbm-faint">–</span>}</td>
      <td>{column.least ?? ''}</td>
      <td>{column.mean === null ? '' : formatNumber(asNumber(column.mean), 4)}</td>
      <td>{column.greatest ?? ''}</td>
      <td className="nbm-values">{column.bars.length ? <Bars column={column} /> : <Top column={column} />}</td>
    </tr>
  );
}

function share(part: number): string {
  if (part > 0 && part < 0.01) {
    return '<1 %';
  }
  return `${Math.round(part < 1 ? Math.min(part * 100, 99) : 100)} %`;
}

function Bars({ column }: { column: ColumnFacts }): ReactNode {
  const top = Math.max(...column.bars);
  const step = WIDTH / column.bars.length;
  return (
    <svg className="nbm-histogram" width={WIDTH} height={HEIGHT} role="img" aria-label={column.summary}>
      <title>{column.summary}</title>
      {column.bars.map((part, at) => {
        const tall = part ? Math.max((part / top) * (HEIGHT - 2), 1) : 0;
        return <rect key={at} x={at * step + 0.5} y={HEIGHT - tall} width={step - 1} height={tall} />;
      })}
    </svg>
  );
}

/** The most frequent texts, each with its share. */
function Top({ column }: { column: ColumnFacts }): ReactNode {
  if (!column.top.length) {
    return <span className="nbm-faint">{shortened(column.summary, 60)}</span>;
  }
  return (
    <span title={column.top.map(one => `${one.text}: ${share(one.share)}`).join('\n')}>
      {column.top.slice(0, 3).map(one => (
        <span key={one.text} className="nbm-top">
          {shortened(one.text, 18) || <i>empty</i>} <span className="nbm-faint">{share(one.share)}</span>
        </span>
      ))}
    </span>
  );
}
