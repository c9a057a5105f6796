/** Lines on a canvas, in the frame that uPlot has drawn. */

import uPlot from 'uplot';

import type { Mark } from '../parts/colours';
import { shortened } from '../parts/values';
import { firstAt, spread, type Line, type Reading, type Values } from './lines';
import type { Theme } from './theme';

export const FONT_SIZE = 11;
export const MOST_LABEL_CHARS = 20;
const LABEL_GAP = 15;
/** More lines than these are thin: they can be told apart then, and are drawn in a third of the time. */
const MANY_LINES = 12;
/** A line of fewer points shows each of them. */
const FEW_POINTS = 30;

export type MarkOf = (id: string) => Mark;

/** All lines, the raw ones faint under the smoothed. */
export function drawLines(chart: uPlot, lines: readonly Line[], markOf: MarkOf): void {
  const { ctx } = chart;
  const many = lines.length > MANY_LINES;
  ctx.save();
  clip(chart, ctx);
  ctx.lineJoin = many ? 'bevel' : 'round';
  for (const line of lines) {
    if (line.y !== line.raw) {
      trace(chart, ctx, line.x, line.raw, markOf(line.id), 1, 0.22);
    }
  }
  for (const line of lines) {
    trace(chart, ctx, line.x, line.y, markOf(line.id), many ? 1 : 1.75, 1);
  }
  ctx.restore();
}

/** The line that is nearest to the pointer over the others, and a dot on each at its place. */
export function drawReading(
  chart: uPlot,
  ctx: CanvasRenderingContext2D,
  lines: readonly Line[],
  readings: readonly Reading[],
  near: string | null,
  markOf: MarkOf,
  theme: Theme
): void {
  const { width, height } = chart.ctx.canvas; // which it has only when it was drawn first
  if (ctx.canvas.width !== width || ctx.canvas.height !== height) {
    [ctx.canvas.width, ctx.canvas.height] = [width, height];
  }
  ctx.clearRect(0, 0, width, height);
  ctx.save();
  clip(chart, ctx);
  ctx.lineJoin = 'bevel';
  const line = lines.find(one => one.id === near);
  if (line && lines.length > 1) {
    stroke(chart, ctx, line.x, line.y, markOf(line.id), 2.25);
  }
  for (const { id, x, value } of readings) {
    const [left, top] = [chart.valToPos(x, 'x', true), chart.valToPos(value, 'y', true)];
    ctx.beginPath();
    ctx.arc(left, top, (id === near ? 4 : 2.5) * uPlot.pxRatio, 0, 2 * Math.PI);
    ctx.fillStyle = markOf(id).colour;
    ctx.fill();
    if (id === near) {
      ctx.lineWidth = 1.5 * uPlot.pxRatio;
      ctx.strokeStyle = theme.ground;
      ctx.stroke();
    }
  }
  ctx.restore();
}

function clip(chart: uPlot, ctx: CanvasRenderingContext2D): void {
  const { left, top, width, height } = chart.bbox;
  const air = 2 * uPlot.pxRatio;
  ctx.beginPath();
  ctx.rect(left - air, top - air, width + 2 * air, height + 2 * air);
  ctx.clip();
}

function trace(
  chart: uPlot,
  ctx: CanvasRenderingContext2D,
  x: readonly number[],
  y: Values,
  mark: Mark,
  width: number,
  alpha: number
): void {
  ctx.globalAlpha = alpha;
  stroke(chart, ctx, x, y, mark, width);
  if (x.length < FEW_POINTS || alone(y)) {
    ctx.fillStyle = mark.colour;
    const toX = scaler(chart, 'x');
    const toY = scaler(chart, 'y');
    y.forEach((value, at) => {
      if (value !== null) {
        ctx.beginPath();
        ctx.arc(toX(x[at] as number), toY(value), (alpha < 0.5 ? 1.5 : 2.25) * uPlot.pxRatio, 0, 2 * Math.PI);
        ctx.fill();
      }
    });
  }
  ctx.globalAlpha = 1;
}

/** A point between two gaps has no line: without a dot it would not be seen. */
function alone(y: Values): boolean {
  return y.length < 2000 && y.some((value, at) => value !== null && (y[at - 1] ?? null) === null && (y[at + 1] ?? null) === null);
}

function stroke(
  chart: uPlot,
  ctx: CanvasRenderingContext2D,
  x: readonly number[],
  y: Values,
  mark: Mark,
  width: number
): void {
  const toX = scaler(chart, 'x');
  const toY = scaler(chart, 'y');
  const { min = 0, max = 0 } = chart.scales.x as { min?: number; max?: number };
  const start = Math.max(0, firstAt(x, min) - 1);
  const stop = Math.min(x.length, firstAt(x, max) + 2);
  ctx.beginPath();
  let open = false;
  for (let at = start; at < stop; at++) {
    const value = y[at] as number | null;
    const top = value === null ? NaN : toY(value);
    if (Number.isFinite(top)) {
      const left = toX(x[at] as number);
      if (open) {
        ctx.lineTo(left, top);
      } else if (Number.isFinite(left)) {
        ctx.moveTo(left, top);
        open = true;
      }
    } else {
      open = false;
    }
  }
  ctx.lineWidth = width * uPlot.pxRatio;
  ctx.strokeStyle = mark.colour;
  ctx.setLineDash(mark.dash.map(part => part * uPlot.pxRatio));
  ctx.stroke();
  ctx.setLineDash([]);
}

/** As uPlot's valToPos, made once for many values. */
function scaler(chart: uPlot, key: 'x' | 'y'): (value: number) => number {
  const { min = 0, max = 1, distr } = chart.scales[key] as uPlot.Scale;
  const { left, top, width, height } = chart.bbox;
  const map = distr === 3 ? Math.log10 : (value: number): number => value;
  const [low, high] = [map(min ?? 0), map(max ?? 1)];
  const [from, factor] = key === 'x' ? [left, width / (high - low)] : [top + height, -height / (high - low)];
  return value => from + (map(value) - low) * factor;
}

export function labelWidth(names: readonly string[]): number {
  const chars = Math.max(0, ...names.map(name => name.length));
  return 28 + Math.min(chars, MOST_LABEL_CHARS) * FONT_SIZE * 0.62;
}

/** The runs' names at the ends of their lines. */
export function drawLabels(
  chart: uPlot,
  lines: readonly Line[],
  names: ReadonlyMap<string, string>,
  markOf: MarkOf,
  theme: Theme
): void {
  const ratio = uPlot.pxRatio;
  const { left, top, width, height } = chart.bbox;
  const ends = lines.flatMap(line => {
    const y = lastSeen(chart, line);
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
    ctx.fillStyle = markOf(line.id).colour;
    ctx.fillRect(x, y - 1.5 * ratio, 9 * ratio, 3 * ratio);
    ctx.fillStyle = theme.text;
    ctx.fillText(shortened(names.get(line.id) ?? '', MOST_LABEL_CHARS), x + 13 * ratio, y);
  });
  ctx.restore();
}

function lastSeen(chart: uPlot, line: Line): number | null {
  const most = chart.scales.x?.max ?? Infinity;
  for (let at = line.y.length - 1; at >= 0; at--) {
    const value = line.y[at];
    if (typeof value === 'number' && (line.x[at] as number) <= most) {
      const y = chart.valToPos(value, 'y', true);
      return Number.isFinite(y) ? Math.min(Math.max(y, chart.bbox.top), chart.bbox.top + chart.bbox.height) : null;
    }
  }
  return null;
}
