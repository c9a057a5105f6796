/** True against predicted numbers, a small plot for each run; all residuals in one histogram. */

import { useMemo, useRef, useState, type ReactNode } from 'react';

import { formatNumber } from '../parts/numbers';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';
import type { Measured } from './shown';
import { Axes, frameOf, HEIGHT, pathOf, placed, Plot, type PlotLine, type Point } from './Plot';
import { linear, roomy } from './scale';
import { useWidth } from './useWidth';

const MOST_CLOUDS = 8;

interface ResidualProps {
  runs: readonly Measured[];
  /** Of the bins. */
  width: number;
  focus: string | null;
  onFocus(id: string | null): void;
}

export function ResidualPlots({ runs, width, focus, onFocus }: ResidualProps): ReactNode {
  const [residuals, setResiduals] = useState(false);
  const lines = useMemo(() => runs.map(run => stepLine(run, width)), [runs, width]);
  const spanX = useMemo(() => roomy(lines.flatMap(line => line.points.map(point => point[0])), 0.02), [lines]);
  const most = Math.max(0.01, ...lines.flatMap(line => line.points.map(point => point[1])));
  const shown = runs.slice(0, MOST_CLOUDS);
  const spans = useMemo(() => spansOf(shown, residuals), [runs, residuals]);
  const thinned = shown.some(run => run.numbers.truth.length < run.rows);
  return (
    <>
      <div className="nbm-ev-plots">
        <Plot
          title="Residuals"
          note="true less predicted"
          x={{ label: 'residual', span: spanX }}
          y={{ label: 'share of the rows', span: [0, most * 1.05] }}
          lines={lines}
          focus={focus}
          onFocus={onFocus}
          read={(_, [x, y]) => `${formatNumber(100 * y, 3)}\u2009% about ${formatNumber(x, 3)}`}
        />
      </div>
      <div className="nbm-bar nbm-ev-heading">
        <strong>{residuals ? 'Residuals over what was predicted' : 'True against predicted'}</strong>
        <label>
          <input type="checkbox" checked={residuals} onChange={event => setResiduals(event.target.checked)} /> residuals
        </label>
        {thinned && <span>a sample of the rows, with the 50 worst of each run</span>}
      </div>
      <div className="nbm-ev-plots nbm-ev-clouds">
        {shown.map(run => (
          <Cloud key={run.id} run={run} residuals={residuals} spans={spans} />
        ))}
      </div>
      {runs.length > shown.length && <p className="nbm-faint nbm-small">{runs.length - shown.length} more runs have no place here.</p>}
    </>
  );
}

/** A histogram as a line with steps. */
function stepLine({ id, name, mark, numbers }: Measured, width: number): PlotLine {
  const rows = numbers.bins.reduce((sum, count) => sum + count, 0);
  const points: Point[] = [[numbers.first * width, 0]];
  numbers.bins.forEach((count, at) => {
    const left = (numbers.first + at) * width;
    points.push([left, count / rows], [left + width, count / rows]);
  });
  points.push([(numbers.first + numbers.bins.length) * width, 0]);
  return { id, name, ...mark, points };
}

function spansOf(runs: readonly Measured[], residuals: boolean): readonly [Point, Point] {
  const predicted = runs.flatMap(run => run.numbers.predicted);
  if (residuals) {
    const sizes = runs.flatMap(run => run.numbers.truth.map((truth, at) => truth - (run.numbers.predicted[at] ?? 0)));
    return [roomy(predicted), roomy([...sizes, 0])];
  }
  const both = roomy([...predicted, ...runs.flatMap(run => run.numbers.truth)]);
  return [both, both];
}

interface CloudProps {
  run: Measured;
  residuals: boolean;
  spans: readonly [Point, Point];
}

function Cloud({ run, residuals, spans: [spanX, spanY] }: CloudProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const y = linear(spanY[0], spanY[1], 5);
  const frame = frameOf(width, y);
  const x = linear(spanX[0], spanX[1], Math.max(2, frame.wide / 70));
  const place = (point: Point): Point => placed(point, x, y, frame);
  const { truth, predicted, trend_predicted: means, trend_residual: trend } = run.numbers;
  const dots = truth.map((value, at) => place([predicted[at] ?? 0, residuals ? value - (predicted[at] ?? 0) : value]));
  const way = means.map((mean, at) => place([mean, residuals ? (trend[at] ?? 0) : mean + (trend[at] ?? 0)]));
  const right: Point[] = residuals
    ? [[spanX[0], 0], [spanX[1], 0]]
    : [[spanX[0], spanX[0]], [spanX[1], spanX[1]]];
  return (
    <figure className="nbm-ev-plot">
      <figcaption>
        <Swatch mark={run.mark} />
        <strong>{shortened(run.name, 30)}</strong>
        <span className="nbm-faint"> RMSE {formatNumber(run.numbers.rmse, 3)}</span>
      </figcaption>
      <div ref={box} style={{ height: HEIGHT }}>
        {frame.wide > 40 && (
          <svg width={width} height={HEIGHT} role="img" aria-label={`${run.name}: ${residuals ? 'residuals over' : 'true against'} predicted`}>
            <Axes x={x} y={y} labels={['predicted', residuals ? 'true less predicted' : 'true']} frame={frame} />
            {/* One path of points without length: a thousand elements would be slow. */}
            <path className="nbm-ev-dots" d={dots.map(([a, b]) => `M${a.toFixed(1)},${b.toFixed(1)}h0`).join('')} stroke={run.mark.colour} />
            <path className="nbm-ev-guide" d={pathOf(right.map(place))} />
            <path className="nbm-ev-trend" d={pathOf(way)}>
              <title>mean</title>
            </path>
          </svg>
        )}
      </div>
    </figure>
  );
}
