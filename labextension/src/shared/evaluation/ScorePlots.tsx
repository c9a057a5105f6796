/** The curves of a score: cost, ROC, precision and recall, calibration; one threshold moves on all of them. */

import { useMemo, type ReactNode } from 'react';

import { formatNumber } from '../parts/numbers';
import { shortened } from '../parts/values';
import type { Judged } from './shown';
import { costLine, isPlain, type Costs } from './costs';
import { countsOf, fallout, precision, recall, type Counts } from './counts';
import { Plot, type PlotLine, type Point } from './Plot';
import { roomy } from './scale';
import { moneyText, shortThreshold } from './sentence';

interface PlotsProps {
  runs: readonly Judged[];
  of: string;
  costs: Costs;
  span: readonly [number, number];
  threshold: number;
  onThreshold(threshold: number): void;
  focus: string | null;
  onFocus(id: string | null): void;
}

const SHARES: Point = [0, 1];
const DIAGONAL: readonly Point[] = [[0, 0], [1, 1]];

export function ScorePlots(props: PlotsProps): ReactNode {
  const { runs, of, focus, onFocus } = props;
  const roc = useMemo(() => runs.flatMap(run => rocLine(run)), [runs]);
  const pr = useMemo(() => runs.flatMap(run => recallLine(run)), [runs]);
  const many = useMemo(() => Math.max(1, ...runs.flatMap(run => run.classes?.calibration?.counts ?? [])), [runs]);
  const said = useMemo(() => runs.flatMap(run => calibrationLine(run, many)), [runs]);
  if (!roc.length) {
    return null;
  }
  const mean = of === '' ? 'mean over the classes' : undefined;
  const noted = mean ? { note: mean } : {};
  const shared = { focus, onFocus };
  const base = baseOf(runs);
  return (
    <div className="nbm-ev-plots">
      {of !== '' && <CostPlot {...props} />}
      <Plot
        {...shared}
        {...noted}
        title="ROC"
        legend={{ corner: 'low right', title: 'AUC' }}
        x={{ label: 'false alarms, of all that are none', span: SHARES }}
        y={{ label: 'found, of all there are', span: SHARES }}
        lines={roc}
        guide={{ points: DIAGONAL, text: 'chance' }}
        read={(_, [x, y]) => `finds ${shareText(y)} with ${shareText(x)} false alarms`}
      />
      <Plot
        {...shared}
        {...noted}
        title="Precision and recall"
        legend={{ corner: 'low left', title: 'average precision' }}
        x={{ label: 'recall: found, of all there are', span: SHARES }}
        y={{ label: 'precision: right, of all called', span: SHARES }}
        lines={pr}
        guide={base === null ? undefined : { points: [[0, base], [1, base]], text: 'chance' }}
        read={(_, [x, y]) => `recall ${shareText(x)}, precision ${shareText(y)}`}
      />
      {said.length > 0 && (
        <Plot
          {...shared}
          note={of === '' ? 'of the class that was called; larger: more rows' : 'larger: more rows'}
          title="Calibration"
          x={{ label: 'said: mean probability', span: SHARES }}
          y={{ label: 'seen: share that came to pass', span: SHARES }}
          lines={said}
          guide={{ points: DIAGONAL, text: 'what is said is seen' }}
          read={(_, [x, y]) => `said ${shareText(x)}, seen ${shareText(y)}`}
        />
      )}
    </div>
  );
}

function CostPlot({ runs, costs, span, threshold, onThreshold, focus, onFocus }: PlotsProps): ReactNode {
  const curves = useMemo(
    () => new Map(runs.map(run => [run.id, costPoints(run, costs, span)])),
    // The lines stay when only the threshold moves.
    [runs.map(run => run.id).join(' '), costs, span]
  );
  const lines = runs.flatMap((run): PlotLine[] => {
    const points = curves.get(run.id) ?? [];
    return points.length ? [{ id: run.id, name: run.name, ...run.mark, points, marked: bestMark(run, run === runs[0], costs, span) }] : [];
  });
  const shown = costSpan(runs, lines);
  return (
    <Plot
      title={isPlain(costs) ? 'Errors' : 'Cost'}
      note="per 1000 cases; drag to move the threshold"
      x={{ label: 'threshold', span }}
      y={{ label: isPlain(costs) ? 'errors' : costs.unit ? `cost, ${costs.unit}` : 'cost', span: shown }}
      lines={lines}
      focus={focus}
      onFocus={onFocus}
      rule={threshold}
      onRule={onThreshold}
      read={(_, [x, y]) => `${moneyText(y, costs.unit)} at ${shortThreshold(x)}`}
    />
  );
}

/** A ring where it costs least; beside it how much, for the cheapest. */
function bestMark(run: Judged, cheapest: boolean, costs: Costs, span: readonly [number, number]): PlotLine['marked'] & {} {
  if (!run.best || run.best.called) {
    return [];
  }
  const at: Point = [Math.min(span[1], Math.max(span[0], run.best.threshold)), run.best.cost];
  const text = cheapest ? `${shortened(run.name, 14)} ${moneyText(run.best.cost, costs.unit)}` : '';
  return [{ at, hollow: true, text }];
}

/** A line that stays level where only labels were kept. */
function costPoints(run: Judged, costs: Costs, span: readonly [number, number]): Point[] {
  if (run.classes?.curve) {
    return costLine(run.classes.curve, costs, span);
  }
  return run.cost === null ? [] : [[span[0], run.cost], [span[1], run.cost]];
}

/** From zero, where nothing is gained. What calls nobody or everybody may cost many times as much as the rest: it
 * must not press that together. */
function costSpan(runs: readonly Judged[], lines: readonly PlotLine[]): [number, number] {
  const values = lines.flatMap(line => line.points.map(point => point[1]));
  const [low, high] = roomy(values);
  if (Math.min(...values) < 0) {
    return [low, high];
  }
  const bests = runs.flatMap(run => run.best?.cost ?? []).sort((a, b) => a - b);
  const telling = runs.flatMap(({ best, cost }) => [1.15 * (best?.cost ?? 0), 1.15 * (cost ?? 0)]);
  return [0, Math.min(high, Math.max(3 * (bests[bests.length >> 1] ?? 0), ...telling)) || 1];
}

function lineOf(run: Judged, points: readonly Point[], now: Point | null, figure: string): PlotLine[] {
  if (!points.length && !now) {
    return [];
  }
  return [{ id: run.id, name: run.name, ...run.mark, points: points.length ? points : [now as Point], marked: now ? [{ at: now }] : [], figure }];
}

function pointOf(counts: Counts | null, x: (counts: Counts) => number | null, y: (counts: Counts) => number | null): Point | null {
  const [a, b] = counts ? [x(counts), y(counts)] : [null, null];
  return a === null || b === null ? null : [a, b];
}

function rocLine(run: Judged): PlotLine[] {
  const figures = run.classes;
  const points = figures?.curve
    ? pointsOf(run, fallout, recall)
    : (figures?.average?.steps ?? []).map((x, at): Point => [x, figures?.average?.tpr[at] ?? 0]);
  return lineOf(run, figures?.average ? [[0, 0], ...points] : points, pointOf(run.counts, fallout, recall), figureText(figures?.auc));
}

function recallLine(run: Judged): PlotLine[] {
  const figures = run.classes;
  const points = figures?.curve
    ? pointsOf(run, recall, precision)
    : (figures?.average?.steps ?? []).map((x, at): Point => [x, figures?.average?.precision[at] ?? 0]);
  return lineOf(run, points, pointOf(run.counts, recall, precision), figureText(figures?.average_precision));
}

function pointsOf(run: Judged, x: (counts: Counts) => number | null, y: (counts: Counts) => number | null): Point[] {
  const curve = run.classes?.curve;
  if (!curve) {
    return [];
  }
  return Array.from({ length: curve.thresholds.length + 1 }, (_, at) => pointOf(countsOf(curve, at - 1), x, y)).filter(
    (point): point is Point => point !== null
  );
}

function calibrationLine(run: Judged, many: number): PlotLine[] {
  const found = run.classes?.calibration;
  const points = (found?.said ?? []).map((said, at): Point => [said, found?.seen[at] ?? 0]);
  return points.length ? [{ id: run.id, name: run.name, ...run.mark, points, sizes: (found?.counts ?? []).map(count => Math.sqrt(count / many)) }] : [];
}

/** The share of positives, where all runs have the same: what chance would be right in. */
function baseOf(runs: readonly Judged[]): number | null {
  const shares = runs.flatMap(({ counts }) => (counts ? [(counts.hits + counts.misses) / sumOf(counts)] : []));
  return shares.length && shares.every(one => one === shares[0]) ? (shares[0] as number) : null;
}

function sumOf({ hits, misses, alarms, rest }: Counts): number {
  return hits + misses + alarms + rest;
}

function figureText(value: number | null | undefined): string {
  return value === null || value === undefined ? 'labels only' : value.toFixed(3);
}

function shareText(share: number): string {
  return `${formatNumber(100 * share, 3)}\u2009%`;
}

