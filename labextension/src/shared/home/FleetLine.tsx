/** One experiment in the list: how good, which way it goes, whether to trust it, when it last ran. */

import { memo, type ReactNode } from 'react';

import type { FleetItem, FleetRun } from '../contract/fleet';
import { countOf, formatMoment, formatNumber, formatRelative } from '../parts/numbers';
import { Status, Verdict } from '../parts/Status';
import { Recent } from './Recent';
import { Sparkline } from './Sparkline';

export interface FleetLineProps {
  item: FleetItem;
  now: number;
  onOpen(): void;
  onRun(id: string): void;
}

export const FleetLine = memo(function FleetLine({ item, now, onOpen, onRun }: FleetLineProps): ReactNode {
  return (
    <li className="nbm-fleet-line">
      <div className="nbm-fleet-name">
        <button type="button" className="nbm-fleet-open" title={item.name} onClick={onOpen}>
          {item.name}
        </button>
        <span className="nbm-faint nbm-small">
          {countOf(item.runs, 'run')}
          {item.models > 0 && <>, {countOf(item.models, 'model')}</>}
          {item.running > 0 && <span className="nbm-live">, {item.running} running</span>}
        </span>
      </div>
      <Best item={item} onRun={onRun} />
      <div className="nbm-fleet-trend">
        <Sparkline values={item.trend} target={item.target} direction={item.direction} metric={item.metric} />
      </div>
      <div className="nbm-fleet-recent">
        <Recent statuses={item.recent} failed={item.failed} />
      </div>
      <div className="nbm-fleet-trust">
        <Trust item={item} />
      </div>
      <div className="nbm-fleet-last">{item.newest && <Last run={item.newest} now={now} onRun={onRun} />}</div>
    </li>
  );
});

function Best({ item, onRun }: { item: FleetItem; onRun(id: string): void }): ReactNode {
  const { best, metric, goal, met } = item;
  if (!best || best.value === null) {
    return (
      <div className="nbm-fleet-best">
        <span className="nbm-faint nbm-small">{goal ? `goal ${written(goal)}: not measured` : 'nothing to rank by'}</span>
      </div>
    );
  }
  return (
    <div className="nbm-fleet-best">
      <button
        type="button"
        className="nbm-fleet-value"
        title={`${metric} ${best.value}: the best run, ${best.name}`}
        onClick={() => onRun(best.id)}
      >
        {formatNumber(best.value)}
      </button>
      <span className="nbm-fleet-what nbm-small">
        <span className="nbm-faint">{metric}</span>
        {goal && (
          <span className={met ? 'nbm-good' : 'nbm-warn'} title={`Goal: ${written(goal)}`}>
            {met ? '✓ goal ' : '✗ goal '}
            {written(goal).replace(`${metric} `, '')}
          </span>
        )}
      </span>
    </div>
  );
}

/** What a check found and what speaks against the best run; against the newest, where that is another. */
function Trust({ item }: { item: FleetItem }): ReactNode {
  const { best, newest } = item;
  const worst = [best, newest].find(run => run?.verdict && run.verdict !== 'REPRODUCED');
  const shown = worst ?? (best?.verdict ? best : null);
  return (
    <>
      {shown && (
        <span title={`${shown === best ? 'The best run' : 'The newest run'}, ${shown.name}`}>
          <Verdict verdict={shown.verdict} />
        </span>
      )}
      {best && best.findings.length > 0 && (
        <span className="nbm-found" title="What speaks against the best run">
          {best.findings.slice(0, 3).join(' ')}
          {best.findings.length > 3 && ` +${best.findings.length - 3}`}
        </span>
      )}
      {best && !shown && !best.findings.length && (
        <span className="nbm-faint nbm-small" title="Nobody has done the best run again: nbmlops reproduce">
          not checked
        </span>
      )}
    </>
  );
}

function Last({ run, now, onRun }: { run: FleetRun; now: number; onRun(id: string): void }): ReactNode {
  return (
    <>
      <time title={formatMoment(run.started)}>{formatRelative(run.started, now)}</time>
      <span className="nbm-fleet-what">
        {run.status !== 'FINISHED' && <Status status={run.status} />}
        <button type="button" className="nbm-fleet-run nbm-faint nbm-small" title={run.name} onClick={() => onRun(run.id)}>
          {run.name}
        </button>
      </span>
    </>
  );
}

/** A goal as it is set in print. */
export function written(goal: string): string {
  return goal.replace('>=', '≥').replace('<=', '≤');
}
