/** The frame of a chart: uPlot's axes, grid and zoom by dragging. What is drawn in it are lines of our own. */

import uPlot from 'uplot';

import type { Axis } from '../contract/curves';
import { formatDuration, formatNumber, MINUS } from '../parts/numbers';
import { shortened } from '../parts/values';
import { FONT_SIZE } from './drawing';
import type { Range } from './lines';
import type { Theme } from './theme';

export interface Look {
  axis: Axis;
  logX: boolean;
  logY: boolean;
  width: number;
  height: number;
  theme: Theme;
  label: string;
  /** Room for names at the ends of lines. */
  right: number;
}

export interface Does {
  /** What is seen, asked for whenever it is drawn anew. */
  ranges(): { x: Range; y: Range };
  draw(chart: uPlot): void;
  point(chart: uPlot): void;
  zoom(range: Range | null): void;
}

export const AXIS_TITLES: Record<Axis, string> = { step: 'step', time: 'time since the start', clock: 'time of day' };

const SECONDS = [1, 2, 5, 10, 15, 30].flatMap(part => [part, 60 * part, 3600 * part]).concat(86400);
const TIME_STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, ...SECONDS].sort((a, b) => a - b);
const LEAST_DRAG = 5;

export function framed(look: Look, does: Does, node: HTMLElement): uPlot {
  const { theme } = look;
  const x: uPlot.Scale = { time: look.axis === 'clock', range: () => [...does.ranges().x] };
  const y: uPlot.Scale = { range: () => [...does.ranges().y] };
  const chart: uPlot = new uPlot(
    {
      width: look.width,
      height: look.height,
      padding: [8, look.right, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG },
        bind: {
          dblclick: () => () => {
            does.zoom(null);
            return null;
          }
        }
      },
      scales: {
        x: look.logX ? { ...x, distr: 3 } : x,
        y: look.logY ? { ...y, distr: 3 } : y
      },
      axes: [xAxis(look), yAxis(look)],
      series: [{}, { show: true, stroke: theme.text, points: { show: false } }],
      hooks: {
        draw: [does.draw],
        setCursor: [does.point],
        setSelect: [
          self => {
            if (self.select.width >= LEAST_DRAG) {
              const { left, width } = self.select;
              does.zoom([self.posToVal(left, 'x'), self.posToVal(left + width, 'x')]);
            }
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          }
        ]
      }
    },
    emptyData(does.ranges()),
    node
  );
  return chart;
}

/** uPlot's own data: nothing but what the scales begin with. */
export function emptyData({ x }: { x: Range }): uPlot.AlignedData {
  return [[...x], [null, null]];
}

function xAxis(look: Look): uPlot.Axis {
  const axis = anAxis(look.theme, AXIS_TITLES[look.axis], 42);
  if (look.axis === 'clock') {
    const { values: _, ...own } = axis; // uPlot knows how to write times
    return own;
  }
  if (look.axis === 'time') {
    return { ...axis, incrs: TIME_STEPS, values: (_, splits) => splits.map(value => secondsText(value)) };
  }
  return look.logX ? { ...axis, values: (_, splits) => splits.map(logText) } : axis;
}

function yAxis(look: Look): uPlot.Axis {
  const axis = anAxis(look.theme, look.label, 62);
  return look.logY ? { ...axis, values: (_, splits) => splits.map(logText) } : axis;
}

function anAxis(theme: Theme, label: string, size: number): uPlot.Axis {
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

function logText(value: number | null): string {
  return value === null ? '' : formatNumber(value, 3);
}

export function secondsText(value: number | null): string {
  if (value === null) {
    return '';
  }
  return value === 0 ? '0' : formatDuration(value);
}

function ticksOf(splits: readonly (number | null)[]): string[] {
  const known = splits.filter((value): value is number => value !== null);
  const step = Math.abs((known[1] ?? 1) - (known[0] ?? 0));
  const decimals = (String(Number(step.toPrecision(6))).split('.')[1] ?? '').length;
  return splits.map(value => {
    if (value === null) {
      return '';
    }
    const plain = decimals <= 6 && Math.abs(value) < 1e4 && !String(step).includes('e');
    return plain ? value.toFixed(decimals).replace('-', MINUS) : formatNumber(value, 3);
  });
}
