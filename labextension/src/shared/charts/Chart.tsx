/** One metric of some runs, a line a run. */

import { memo, useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import uPlot from 'uplot';

import type { Mark } from '../parts/colours';
import type { Axis, SeriesData } from '../contract/curves';
import type { Direction } from '../contract/values';
import { countOf, formatNumber } from '../parts/numbers';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';
import { drawLabels, drawLines, drawReading, labelWidth } from './drawing';
import { emptyData, framed } from './frame';
import { save } from './save';
import { extentOf, heightOf, lineOf, readingsAt, type Line, type Range, type Reading } from './lines';
import { Tooltip } from './Tooltip';
import { useTheme, useWidth } from './theme';

const HEIGHT = 220;
const MOST_LABELS = 8;
const LEGEND = 24;
const NEAR_PIXELS = 40;
const GREY: Mark = { colour: '#888888', dash: [] };

export interface ChartLook {
  smoothing: number;
  axis: Axis;
  logX: boolean;
  logY: boolean;
  /** What of the axis is seen; null for all. */
  zoom: Range | null;
}

export interface ChartProps extends ChartLook {
  metric: { key: string; direction: Direction | null };
  series: readonly SeriesData[];
  names: ReadonlyMap<string, string>;
  marks: ReadonlyMap<string, Mark>;
  height?: number;
  /** What is zoomed to is there with all the points that there is room for. */
  close?: boolean;
  onZoom(range: Range | null): void;
}

interface Pointed {
  readings: readonly Reading[];
  near: Reading | null;
  left: number;
}

export function Chart(props: ChartProps): ReactNode {
  const { metric, series, names, marks, smoothing, axis, logX, logY, zoom, height = HEIGHT } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const width = useWidth(box);
  const theme = useTheme(box);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const [led, setLed] = useState<string | null>(null);
  const lines = useMemo(() => series.map(one => lineOf(one, axis, smoothing)), [series, axis, smoothing]);
  const labelled = lines.length <= MOST_LABELS && width > 420;
  const right = labelled ? labelWidth(lines.map(line => names.get(line.id) ?? '')) : 12;
  const markOf = useCallback((id: string): Mark => marks.get(id) ?? GREY, [marks]);

  const seen = useMemo(() => {
    const x = zoom ?? extentOf(lines, logX) ?? [0, 1];
    const wide: Range = x[0] === x[1] ? [x[0] - 0.5, x[1] + 0.5] : x;
    return { x: wide, y: heightOf(lines, wide, logY) };
  }, [lines, zoom, logX, logY]);
  // uPlot calls back into what is drawn now, and is made anew only where its frame changes.
  const now = useRef({ seen, lines, names, markOf, labelled, theme, onZoom: props.onZoom });
  now.current = { seen, lines, names, markOf, labelled, theme, onZoom: props.onZoom };

  useEffect(() => {
    const node = box.current;
    if (!node || !theme || width < 80) {
      return undefined;
    }
    const over = document.createElement('canvas');
    over.className = 'nbm-over';
    let frame = 0;
    const point = (self: uPlot): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setPointed(readPointer(self, now.current.lines)));
    };
    const made = framed(
      { axis, logX, logY, width, height, theme, label: metric.key, right },
      {
        ranges: () => now.current.seen,
        draw: self => {
          const { lines, names, markOf, labelled } = now.current;
          drawLines(self, lines, markOf);
          if (labelled) {
            drawLabels(self, lines, names, markOf, theme);
          }
          node.dataset.drawn = String(lines.length);
        },
        point,
        zoom: range => now.current.onZoom(range)
      },
      node
    );
    made.ctx.canvas.after(over);
    chart.current = made;
    return () => {
      cancelAnimationFrame(frame);
      chart.current = null;
      made.destroy();
    };
  }, [axis, logX, logY, width, height, theme, metric.key, right]);

  useEffect(() => {
    chart.current?.setData(emptyData(seen), true);
  }, [seen, lines, names, markOf]);

  useEffect(() => {
    const over = chart.current?.root.querySelector<HTMLCanvasElement>('.nbm-over')?.getContext('2d');
    if (chart.current && over && theme) {
      drawReading(chart.current, over, lines, pointed?.readings ?? [], pointed?.near?.id ?? led, markOf, theme);
    }
  }, [pointed, led, lines, markOf, theme, seen]);

  const heard = useMemo(() => spoken(metric.key, lines, names), [metric.key, lines, names]);
  const better = { max: 'higher is better', min: 'lower is better' };
  return (
    <figure className="nbm-chart">
      <figcaption>
        <strong>{shortened(metric.key, 60)}</strong>
        {metric.direction && <span className="nbm-faint">{better[metric.direction]}</span>}
        <span className="nbm-chart-does">
          {zoom && (
            <button type="button" className="nbm-link" onClick={() => props.onZoom(null)}>
              show all
            </button>
          )}
          <button
            type="button"
            className="nbm-link nbm-quiet"
            title="Save the picture"
            onClick={() => chart.current && theme && save.picture(chart.current, metric.key, theme.ground)}
          >
            PNG
          </button>
          <button
            type="button"
            className="nbm-link nbm-quiet"
            title="Save the points that are drawn"
            onClick={() => save.points(series, names, metric.key)}
          >
            CSV
          </button>
        </span>
      </figcaption>
      <div
        ref={box}
        className="nbm-plot"
        style={{ minHeight: height }}
        role="img"
        aria-label={heard}
        data-close={props.close || undefined}
      >
        {pointed?.near && (
          <Tooltip {...pointed} near={pointed.near} axis={axis} names={names} marks={marks} width={width} />
        )}
      </div>
      {!labelled && <Legend lines={lines} names={names} marks={marks} onLead={setLed} />}
      <Remarks series={series} lines={lines} logX={logX} logY={logY} />
    </figure>
  );
}

/** What stands under the pointer, in CSS pixels of the plot. */
function readPointer(chart: uPlot, lines: readonly Line[]): Pointed | null {
  const { left = -1, top = -1 } = chart.cursor;
  if (left < 0 || top < 0) {
    return null;
  }
  const readings = readingsAt(lines, chart.posToVal(left, 'x'));
  const far = (one: Reading): number => Math.abs(chart.valToPos(one.value, 'y') - top);
  const reachable = readings.filter(
    one => Number.isFinite(far(one)) && Math.abs(chart.valToPos(one.x, 'x') - left) < NEAR_PIXELS
  );
  const near = reachable.reduce<Reading | null>((best, one) => (best && far(best) <= far(one) ? best : one), null);
  // `offsetLeft` would have the browser lay the page out with each move.
  return { readings: reachable, near, left: left + chart.bbox.left / uPlot.pxRatio };
}

/** What the picture shows, for who does not see it. */
function spoken(key: string, lines: readonly Line[], names: ReadonlyMap<string, string>): string {
  const ends = lines.slice(0, MOST_LABELS).map(line => {
    const last = line.y.reduce((before, value) => value ?? before, null);
    return `${names.get(line.id) ?? line.id.slice(0, 8)} ends at ${formatNumber(last)}`;
  });
  const more = lines.length > MOST_LABELS ? `, and ${lines.length - MOST_LABELS} more` : '';
  return `${key} of ${countOf(lines.length, 'run')}: ${ends.join(', ')}${more}`;
}

interface LegendProps {
  lines: readonly Line[];
  names: ReadonlyMap<string, string>;
  marks: ReadonlyMap<string, Mark>;
  onLead(id: string | null): void;
}

// The pointer draws the chart anew with each move: what stands below it does not change then.
const Legend = memo(function Legend({ lines, names, marks, onLead }: LegendProps): ReactNode {
  return (
    <ul className="nbm-legend" onMouseLeave={() => onLead(null)}>
      {lines.slice(0, LEGEND).map(({ id }) => (
        <li key={id} onMouseEnter={() => onLead(id)}>
          <Swatch mark={marks.get(id)} />
          {shortened(names.get(id) ?? id.slice(0, 8), 28)}
        </li>
      ))}
      {lines.length > LEGEND && <li className="nbm-faint">{lines.length - LEGEND} more</li>}
    </ul>
  );
});

interface RemarksProps {
  series: readonly SeriesData[];
  lines: readonly Line[];
  logX: boolean;
  logY: boolean;
}

const Remarks = memo(function Remarks({ series, lines, logX, logY }: RemarksProps): ReactNode {
  const gaps = series.reduce((sum, one) => sum + one.nonfinite, 0);
  const below = logY && lines.some(line => line.raw.some(value => value !== null && value <= 0));
  const left = logX && lines.some(line => (line.x[0] ?? 1) <= 0);
  const said = [
    gaps > 0 && `${countOf(gaps, 'value')} ${gaps === 1 ? 'is' : 'are'} no finite number: the lines have gaps there.`,
    below && 'Values of zero and below have no place on a logarithmic axis.',
    left && 'Points at zero have no place on a logarithmic axis.'
  ].filter(Boolean);
  return said.length ? <p className="nbm-faint nbm-small">{said.join(' ')}</p> : null;
});
