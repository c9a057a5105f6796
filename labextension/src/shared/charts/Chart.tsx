/** One metric over steps, a line a run. */

import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import uPlot from 'uplot';

import type { Mark } from '../parts/colours';
import type { SeriesData } from '../contract/curves';
import type { ColumnInfo } from '../contract/rows';
import { formatNumber, MINUS } from '../parts/numbers';
import { joinSeries, smoothed, spread, type Plotted } from './plot';
import { Swatch } from '../parts/Swatch';
import { shortened } from '../parts/values';

const HEIGHT = 220;
const MOST_LABEL_CHARS = 20;
const MOST_LABELS = 8;
const LABEL_GAP = 15;
const FONT_SIZE = 11;

export interface ChartProps {
  metric: ColumnInfo;
  series: readonly SeriesData[];
  names: ReadonlyMap<string, string>;
  marks: ReadonlyMap<string, Mark>;
  smoothing: number;
  log: boolean;
}

export function Chart(props: ChartProps): ReactNode {
  const { metric, series, names, marks, smoothing, log } = props;
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const width = useWidth(box);
  const theme = useTheme(box);
  const plotted = useMemo(() => joinSeries(series), [series]);
  const ids = useMemo(() => series.map(one => one.id), [series]);
  const labelled = ids.length <= MOST_LABELS && width > 420;

  useEffect(() => {
    const node = box.current;
    if (!node || !theme || width < 80 || !plotted.steps.length) {
      return undefined;
    }
    const lines = linesOf(plotted, ids, marks, smoothing);
    const chart = new uPlot(
      {
        width,
        height: HEIGHT,
        padding: [8, labelled ? labelWidth(ids, names) : 12, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: true, y: false, setScale: true }, points: { size: 6 } },
        scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
        axes: [axis(theme, 'step', 42), axis(theme, metric.key, 62)],
        series: [{ label: 'step' }, ...lines.map(line => line.options)],
        hooks: {
          setCursor: [self => setAt(self.cursor.idx ?? null)],
          draw: labelled ? [self => drawLabels(self, lines, names, theme)] : []
        }
      },
      [plotted.steps, ...lines.map(line => line.values)] as uPlot.AlignedData,
      node
    );
    return () => chart.destroy();
  }, [plotted, ids, marks, names, smoothing, log, width, theme, labelled, metric]);

  const better = { max: 'higher is better', min: 'lower is better' };
  return (
    <figure className="nbm-chart">
      <figcaption>
        <strong>{metric.key}</strong>
        {metric.direction && <span className="nbm-faint"> {better[metric.direction]}</span>}
        <span className="nbm-faint nbm-reading">{at === null ? '' : `step ${formatNumber(plotted.steps[at] ?? null)}`}</span>
      </figcaption>
      <div ref={box} className="nbm-plot" />
      {(!labelled || at !== null) && <Legend {...props} ids={ids} plotted={plotted} at={at} />}
      <Remarks series={series} log={log} />
    </figure>
  );
}

interface LegendProps extends ChartProps {
  ids: readonly string[];
  plotted: Plotted;
  at: number | null;
}

function Legend({ ids, names, marks, plotted, at }: LegendProps): ReactNode {
  return (
    <ul className="nbm-legend">
      {ids.slice(0, 24).map(id => (
        <li key={id}>
          <Swatch mark={marks.get(id)} />
          {shortened(names.get(id) ?? id.slice(0, 8), 28)}
          {at !== null && <b> {formatNumber(plotted.lines.get(id)?.[at] ?? null, 5)}</b>}
        </li>
      ))}
      {ids.length > 24 && <li className="nbm-faint">{ids.length - 24} more</li>}
    </ul>
  );
}

function Remarks({ series, log }: { series: readonly SeriesData[]; log: boolean }): ReactNode {
  const gaps = series.reduce((sum, one) => sum + one.nonfinite, 0);
  const said = [
    series.some(one => one.thinned) && 'Long series are thinned; no peak is lost.',
    gaps > 0 && `${formatNumber(gaps)} values are no finite numbers: the lines have gaps there.`,
    log && 'Values of zero and below have no place on a logarithmic axis.'
  ].filter(Boolean);
  return said.length ? <p className="nbm-faint nbm-small">{said.join(' ')}</p> : null;
}

interface Line {
  id: string;
  values: (number | null | undefined)[];
  options: uPlot.Series;
  labelled: boolean;
}

function linesOf(
  plotted: Plotted,
  ids: readonly string[],
  marks: ReadonlyMap<string, Mark>,
  smoothing: number
): Line[] {
  const lines: Line[] = [];
  for (const id of ids) {
    const raw = plotted.lines.get(id) ?? [];
    const { colour = '#888', dash = [] } = marks.get(id) ?? {};
    const few = raw.filter(value => value !== undefined).length < 30;
    const base: uPlot.Series = { stroke: colour, width: 1.75, spanGaps: false, points: { show: few, size: 4 } };
    if (dash.length) {
      base.dash = [...dash];
    }
    if (smoothing > 0) {
      const faint = { ...base, stroke: `${colour}44`, width: 1, points: { show: false } };
      lines.push({ id, values: raw, options: faint, labelled: false });
      lines.push({ id, values: smoothed(raw, smoothing), options: base, labelled: true });
    } else {
      lines.push({ id, values: raw, options: base, labelled: true });
    }
  }
  return lines;
}

function axis(theme: Theme, label: string, size: number): uPlot.Axis {
  return {
    label: shortened(label, 36),
    labelSize: 16,
    labelFont: `${FONT_SIZE}px ${theme.font}`,
    font: `${FONT_SIZE}px ${theme.font}`,
    size: size - 16,
    stroke: theme.faint,
    grid: { stroke: theme.grid, width: 1 },
    ticks: { show: false },
    values: (_, splits) => ticksOf(splits)
  };
}

function ticksOf(splits: readonly (number | null)[]): string[] {
  const known = splits.filter((value): value is number => value !== null);
  const step = Math.abs((known[1] ?? 1) - (known[0] ?? 0));
  const decimals = (String(Number(step.toPrecision(6))).split('.')[1] ?? '').length;
  return splits.map(value => {
    if (value === null) {
      return '';
    }
    const plain = decimals <= 6 && Math.abs(value) < 1e6 && !String(step).includes('e');
    return plain ? value.toFixed(decimals).replace('-', MINUS) : formatNumber(value, 3);
  });
}

function labelWidth(ids: readonly string[], names: ReadonlyMap<string, string>): number {
  const chars = Math.max(...ids.map(id => names.get(id)?.length ?? 0));
  return 28 + Math.min(chars, MOST_LABEL_CHARS) * FONT_SIZE * 0.62;
}

/** The runs' names at the ends of their lines. */
function drawLabels(
  chart: uPlot,
  lines: readonly Line[],
  names: ReadonlyMap<string, string>,
  theme: Theme
): void {
  const ratio = uPlot.pxRatio;
  const { left, top, width, height } = chart.bbox;
  const ends = lines.flatMap(line => {
    const y = line.labelled ? lastSeen(chart, line) : null;
    return y === null ? [] : [{ line, y }];
  });
  const places = spread(ends.map(end => end.y), LABEL_GAP * ratio, top + height);
  const { ctx } = chart;
  ctx.save();
  ctx.font = `${FONT_SIZE * ratio}px ${theme.font}`;
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ends.forEach(({ line }, at) => {
    const y = places[at] ?? 0;
    const x = left + width + 6 * ratio;
    ctx.fillStyle = String(line.options.stroke);
    ctx.fillRect(x, y - 1.5 * ratio, 9 * ratio, 3 * ratio);
    ctx.fillStyle = theme.text;
    ctx.fillText(shortened(names.get(line.id) ?? '', MOST_LABEL_CHARS), x + 13 * ratio, y);
  });
  ctx.restore();
}

function lastSeen(chart: uPlot, line: Line): number | null {
  const most = chart.scales.x?.max ?? Infinity;
  const steps = chart.data[0];
  for (let at = line.values.length - 1; at >= 0; at--) {
    const value = line.values[at];
    if (typeof value === 'number' && (steps[at] ?? Infinity) <= most) {
      const y = chart.valToPos(value, 'y', true);
      return Number.isFinite(y) ? Math.min(Math.max(y, chart.bbox.top), chart.bbox.top + chart.bbox.height) : null;
    }
  }
  return null;
}

interface Theme {
  text: string;
  faint: string;
  grid: string;
  font: string;
}

/** What a canvas needs to know of the style sheet; read again when the host changes its theme. */
function useTheme(box: { current: HTMLElement | null }): Theme | null {
  const [theme, setTheme] = useState<Theme | null>(null);
  useEffect(() => {
    const read = (): void => {
      if (!box.current) {
        return;
      }
      const style = getComputedStyle(box.current);
      const next = {
        text: style.getPropertyValue('--nbm-text').trim(),
        faint: style.getPropertyValue('--nbm-faint').trim(),
        grid: style.getPropertyValue('--nbm-grid').trim(),
        font: style.fontFamily
      };
      setTheme(before => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    read();
    const observer = new MutationObserver(() => window.setTimeout(read, 50));
    observer.observe(document.body, { attributes: true });
    const media = window.matchMedia('(prefers-color-scheme: dark)');
    media.addEventListener('change', read);
    const late = window.setTimeout(read, 500); // Lab loads a theme's sheet after it has said its name
    return () => {
      observer.disconnect();
      media.removeEventListener('change', read);
      window.clearTimeout(late);
    };
  }, [box]);
  return theme;
}

function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const node = box.current;
    if (!node) {
      return undefined;
    }
    const observer = new ResizeObserver(() => setWidth(Math.floor(node.clientWidth)));
    observer.observe(node);
    setWidth(Math.floor(node.clientWidth));
    return () => observer.disconnect();
  }, [box]);
  return width;
}
