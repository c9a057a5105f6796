/** What a metric depends on: how much of it goes along with each parameter, over the finished runs. */

import type { ReactNode } from 'react';

import type { Query } from '../contract/queries';
import type { Importance as Answer, ParamWeight } from '../contract/spread';
import { useHost } from '../host';
import { useAnswer } from '../parts/useAnswer';
import { countOf, formatNumber, MINUS, type Direction } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { shortened } from '../parts/values';

const MOST_SHOWN = 20;
/** A parameter below this share of the whole does nothing that can be told. */
const FAINT = 0.01;
/** A rank correlation below this says neither up nor down. */
const FLAT = 0.1;

interface ImportanceProps {
  query: Query;
  metric: string;
  direction: Direction;
  /** Shows a parameter against the metric. */
  onPick(key: string): void;
}

export function Importance({ query, metric, direction, onPick }: ImportanceProps): ReactNode {
  const { source } = useHost();
  const { answer, error, stale, retry } = useAnswer(source, 'importance', metric ? { query, metric } : null);
  if (error) {
    return <Failure error={error} onRetry={retry} />;
  }
  if (!answer) {
    return metric ? <Skeleton /> : <p className="nbm-faint">These runs have logged no metric.</p>;
  }
  const { params } = answer;
  const whole = params.reduce((sum, one) => sum + one.share, 0);
  return (
    <div className={stale ? 'nbm-stale' : ''}>
      <Summary answer={answer} />
      {params.length > 0 && (
        <table className="nbm-ev-table nbm-sp-weights">
          <thead>
            <tr>
              <th scope="col">parameter</th>
              <th scope="col">importance</th>
              <th scope="col" className="nbm-number">
                of all
              </th>
              <th scope="col" title="Spearman’s rank correlation">
                rank correlation
              </th>
              <th scope="col" className="nbm-number">
                values
              </th>
            </tr>
          </thead>
          <tbody>
            {params.slice(0, MOST_SHOWN).map(one => (
              <Weight key={one.key} one={one} whole={whole} most={params[0]?.share ?? 0} direction={direction} metric={metric} onPick={onPick} />
            ))}
          </tbody>
        </table>
      )}
      {params.length > MOST_SHOWN && <p className="nbm-faint nbm-small">{params.length - MOST_SHOWN} weaker ones are left out.</p>}
    </div>
  );
}

function Summary({ answer: { metric, finished, runs, least, explained } }: { answer: Answer }): ReactNode {
  if (explained === null) {
    const few = runs < least;
    return (
      <p className="nbm-ev-sentence">
        <strong>
          {few
            ? `${countOf(runs, 'finished run')} with ${metric}: too few to tell.`
            : `Nothing differs between the ${countOf(runs, 'finished run')} that ${metric} could depend on.`}
        </strong>{' '}
        {few && <span className="nbm-faint">From {least} runs on it is shown what {metric} depends on.</span>}
      </p>
    );
  }
  const told = Math.round(100 * explained);
  const over = `${runs < finished ? `${formatNumber(runs)} of ` : ''}${countOf(finished, 'finished run')}`;
  return (
    <p className="nbm-ev-sentence">
      <strong>
        {told > 5
          ? `The parameters foresee ${told}\u2009% of how ${metric} varies over ${over}.`
          : `The parameters foresee nothing of how ${metric} varies over ${over}.`}
      </strong>{' '}
      <span className="nbm-faint">
        {told > 5
          ? 'Importance: what a random forest loses in runs that it has not seen when a parameter is shuffled.'
          : 'What is shown below may be chance.'}
      </span>
    </p>
  );
}

interface WeightProps {
  one: ParamWeight;
  whole: number;
  most: number;
  direction: Direction;
  metric: string;
  onPick(key: string): void;
}

function Weight({ one, whole, most, direction, metric, onPick }: WeightProps): ReactNode {
  const share = whole ? one.share / whole : 0;
  return (
    <tr className={share < FAINT ? 'nbm-faint' : ''}>
      <th scope="row">
        <button type="button" className="nbm-link" title={`Show ${metric} over ${one.key}`} onClick={() => onPick(one.key)}>
          {shortened(one.key, 32)}
        </button>
      </th>
      <td>
        <span className="nbm-sp-bar" aria-hidden="true">
          <span style={{ width: `${most ? (100 * one.share) / most : 0}%` }} />
        </span>
      </td>
      <td className="nbm-number">{share > 0 && share < FAINT ? '<1' : Math.round(100 * share)}{'\u2009'}%</td>
      <td>{correlationText(one.correlation, direction, metric)}</td>
      <td className="nbm-number">{formatNumber(one.values)}</td>
    </tr>
  );
}

/** `+0.78, more is better`: the sign alone does not tell whether that is good. */
export function correlationText(correlation: number | null, direction: Direction, metric: string): string {
  if (correlation === null) {
    return 'no order';
  }
  const number = `${correlation < 0 ? MINUS : '+'}${Math.abs(correlation).toFixed(2)}`;
  if (Math.abs(correlation) < FLAT) {
    return number;
  }
  const up = correlation > 0;
  const words = direction ? (up === (direction === 'max') ? 'more is better' : 'less is better') : `more, ${up ? 'higher' : 'lower'} ${metric}`;
  return `${number}, ${words}`;
}
