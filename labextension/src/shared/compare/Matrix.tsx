/** A table with a column for each run, the baseline first: metrics, parameters, data and environment under one head. */

import { Fragment, useState, type ReactNode } from 'react';

import type { ComparedRun, ComparisonData } from '../contract/comparison';
import type { Mark } from '../parts/colours';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';
import { dataLines, environmentLines, metricLines, paramLines, runLines, type MatrixLine } from './lines';
import { orderOf, sameWords } from './order';
import { valueText } from '../parts/values';

export interface MatrixProps {
  comparison: ComparisonData;
  marks: ReadonlyMap<string, Mark>;
  stale: boolean;
}

/** So many lines of one part before the rest folds. */
const MOST_LINES = 40;

export function Matrix({ comparison, marks, stale }: MatrixProps): ReactNode {
  const order = orderOf(comparison);
  const data = dataLines(comparison);
  const unlike = data.filter(line => line.differs);
  const alike = data.filter(line => !line.differs);
  return (
    <div className={`nbm-matrix${stale ? ' nbm-stale' : ''}`} role="region" aria-label="What differs" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="nbm-matrix-corner">
              <span className="nbm-hidden">what</span>
            </th>
            {order.map(at => (
              <Head key={at} run={comparison.runs[at] as ComparedRun} marks={marks} isBaseline={at === comparison.baseline} />
            ))}
          </tr>
        </thead>
        <Part id="metrics" title="Metrics" order={order} lines={metricLines(comparison)} empty="No metric was logged." />
        <Part
          id="params"
          title="Parameters"
          order={order}
          lines={paramLines(comparison)}
          empty={Object.keys(comparison.same_params).length ? 'No parameter differs.' : 'No parameter was recorded.'}
        >
          <Same summary={sameWords(comparison)} items={Object.entries(comparison.same_params).map(([key, value]) => [key, valueText(value)])} />
        </Part>
        <Part
          id="data"
          title="Data"
          order={order}
          lines={unlike}
          empty={data.length ? 'All that these runs read is the same.' : 'No input was recorded.'}
        >
          <Same
            summary={alike.length ? `${alike.length} ${alike.length === 1 ? 'input' : 'inputs'} the same` : ''}
            items={alike.map(line => [line.name, line.cells[comparison.baseline]?.text ?? ''])}
          />
        </Part>
        <Part
          id="environment"
          title="Environment"
          order={order}
          lines={environmentLines(comparison)}
          empty={comparison.environments > 1 ? 'The environment is the same.' : 'The environment was not recorded.'}
        />
        <Part id="runs" title="Runs" order={order} lines={runLines(comparison)} empty="" />
      </table>
    </div>
  );
}

function Head({ run, marks, isBaseline }: { run: ComparedRun; marks: ReadonlyMap<string, Mark>; isBaseline: boolean }): ReactNode {
  return (
    <th scope="col" className={isBaseline ? 'nbm-matrix-baseline' : undefined} title={run.label}>
      <Swatch mark={marks.get(run.row.id)} />
      {shortened(run.label, 26)}
      {isBaseline && <span className="nbm-faint"> baseline</span>}
    </th>
  );
}

interface PartProps {
  id: string;
  title: string;
  order: readonly number[];
  lines: readonly MatrixLine[];
  /** What is said where there is no line. */
  empty: string;
  children?: ReactNode;
}

function Part({ id, title, order, lines, empty, children }: PartProps): ReactNode {
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, MOST_LINES);
  return (
    <tbody data-section={id}>
      <tr className="nbm-matrix-title">
        <th scope="rowgroup" colSpan={order.length + 1}>
          <h2>{title}</h2>
          {!lines.length && <span className="nbm-faint">{empty}</span>}
        </th>
      </tr>
      {shown.map(line => (
        <tr key={line.name}>
          <th scope="row" title={line.name}>
            {shortened(line.name, 36)}
            {line.remark && <span className="nbm-faint"> {line.remark}</span>}
          </th>
          {order.map(at => {
            const cell = line.cells[at];
            return (
              <td key={at} className={cell?.kind} title={cell?.title}>
                {cell?.share !== undefined && <Bar share={cell.share} />}
                <span className="nbm-matrix-value">{cell?.text}</span>
                {cell?.note}
              </td>
            );
          })}
        </tr>
      ))}
      {lines.length > shown.length && (
        <tr>
          <th colSpan={order.length + 1}>
            <button type="button" className="nbm-link" onClick={() => setAll(true)}>
              Show {lines.length - shown.length} more
            </button>
          </th>
        </tr>
      )}
      {children && (
        <tr className="nbm-matrix-same">
          <td colSpan={order.length + 1}>{children}</td>
        </tr>
      )}
    </tbody>
  );
}

/** Where a value lies between the least and the greatest of its line. */
function Bar({ share }: { share: number }): ReactNode {
  return (
    <span className="nbm-share" aria-hidden="true">
      <span style={{ width: `${Math.max(4, share * 100)}%` }} />
    </span>
  );
}

/** What is the same, folded into a line. */
function Same({ summary, items }: { summary: string; items: readonly (readonly [string, string])[] }): ReactNode {
  if (!summary) {
    return null;
  }
  if (!items.length) {
    return <span className="nbm-faint">{summary}</span>;
  }
  return (
    <details>
      <summary className="nbm-faint">{summary}</summary>
      <dl className="nbm-same-pairs">
        {items.map(([key, value]) => (
          <Fragment key={key}>
            <dt>{shortened(key, 48)}</dt>
            <dd title={value.length > 80 ? value.slice(0, 1000) : undefined}>{shortened(value, 80)}</dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
