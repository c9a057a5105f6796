/** Predictions of classes: what their errors cost first, then the table, the curves, who was taken for whom. */

import { useMemo, useState, type ReactNode } from 'react';

import type { Evaluation } from '../contract/evaluation';
import { formatNumber } from '../parts/numbers';
import { Confusions } from './Confusions';
import { costOf, bestOf, type Best, type Costs } from './costs';
import { CostFields, useCosts } from './CostFields';
import { countsAt, countsCalled, spanOf } from './counts';
import { ScorePlots } from './ScorePlots';
import { ScoreTable } from './ScoreTable';
import { sentences } from './sentence';
import { groupsOf, type Judged, type Shown } from './shown';
import { ThresholdField } from './ThresholdField';

export interface ViewProps {
  answer: Evaluation;
  runs: readonly Shown[];
  experiment: string;
}

export function Classes({ answer, runs, experiment }: ViewProps): ReactNode {
  const curves = runs.flatMap(run => run.classes?.curve ?? []);
  const span = useMemo(() => spanOf(curves), [runs]);
  const [set, setThreshold] = useState<number | null>(null);
  const threshold = set ?? (span[0] === 0 && span[1] === 1 ? 0.5 : (span[0] + span[1]) / 2);
  const [costs, setCosts] = useCosts(`${experiment} ${answer.name} ${answer.of}`);
  const [focus, setFocus] = useState<string | null>(null);
  const bests = useMemo(
    () => new Map(runs.map(run => [run.id, run.classes?.curve ? bestOf(run.classes.curve, costs) : null])),
    [runs, costs]
  );
  const judged = useMemo(
    () => ranked(runs.map(run => judge(run, threshold, costs, bests.get(run.id) ?? null, answer))),
    [runs, threshold, costs, bests, answer]
  );
  const weighed = answer.of !== '';
  return (
    <>
      {weighed ? <Sentences judged={judged} costs={costs} threshold={threshold} /> : <Accuracy judged={judged} />}
      {weighed && (
        <div className="nbm-ev-controls">
          {curves.length > 0 && <ThresholdField value={threshold} span={span} onChange={setThreshold} />}
          <CostFields costs={costs} onChange={setCosts} positive={answer.of} share={shareOf(judged)} />
        </div>
      )}
      <ScoreTable runs={judged} weighed={weighed} costs={costs} focus={focus} onFocus={setFocus} onThreshold={setThreshold} />
      <ScorePlots
        runs={judged}
        of={answer.of}
        costs={costs}
        span={span}
        threshold={threshold}
        onThreshold={setThreshold}
        focus={focus}
        onFocus={setFocus}
      />
      <Confusions runs={judged} labels={answer.labels} of={answer.of} threshold={threshold} />
    </>
  );
}

function judge(
  run: Shown,
  threshold: number,
  costs: Costs,
  best: Best | null,
  { labels, of }: Evaluation
): Judged {
  const figures = run.classes;
  const curve = figures?.curve ?? null;
  const row = figures?.confusion[labels.indexOf(of)] ?? [];
  const positives = row.reduce((sum, count) => sum + count, 0);
  const called = figures && of ? countsCalled(figures, positives, run.rows) : null;
  const counts = curve ? countsAt(curve, threshold) : called;
  const cost = counts && costOf(counts, costs);
  const only = curve || cost === null ? best : { threshold: NaN, everybody: false, called: true, cost };
  return { ...run, counts, cost, best: only };
}

/** Those tested on the same rows first, of them the cheapest, or where nothing is weighed the one that is right most often. */
function ranked(judged: readonly Judged[]): Judged[] {
  const rank = ({ best, classes }: Judged): number => best?.cost ?? -(classes?.accuracy ?? 0);
  const groups = groupsOf(judged);
  return groups.flatMap(group => group.sort((a, b) => rank(a) - rank(b)));
}

/** How many of 1,000 test rows are positive, of the runs that most others can be compared with. */
function shareOf(judged: readonly Judged[]): number | null {
  const counts = groupsOf(judged)[0]?.[0]?.counts;
  if (!counts) {
    return null;
  }
  const { hits, misses, alarms, rest } = counts;
  return (1000 * (hits + misses)) / (hits + misses + alarms + rest);
}

interface SentencesProps {
  judged: readonly Judged[];
  costs: Costs;
  threshold: number;
}

function Sentences({ judged, costs, threshold }: SentencesProps): ReactNode {
  const same = groupsOf(judged)[0] ?? [];
  const ranked = same.flatMap(({ name, best, cost }) => (best ? [{ name, best, cost }] : []));
  const [first, ...rest] = sentences(ranked, costs, threshold);
  return (
    first && (
      <p className="nbm-ev-sentence" role="status">
        <strong>{first}</strong> <span className="nbm-faint">{rest.join(' ')}</span>
      </p>
    )
  );
}

/** Of all classes at once no costs are known: how often what was called is right. */
function Accuracy({ judged }: { judged: readonly Judged[] }): ReactNode {
  const [first, second] = (groupsOf(judged)[0] ?? []).flatMap(({ name, classes }) =>
    classes ? [{ name, right: 100 * classes.accuracy }] : []
  );
  if (!first) {
    return null;
  }
  const than = second ? `, ${formatNumber(first.right - second.right, 2)} points more than ${second.name}` : '';
  return (
    <p className="nbm-ev-sentence">
      <strong>
        {first.name} is right in {formatNumber(first.right, 3)}{'\u2009'}% of the rows{than}.
      </strong>{' '}
      <span className="nbm-faint">Choose a class to weigh what its errors cost.</span>
    </p>
  );
}
