/** One quantity over another, as a small drawing of its own: what a run used, or a metric of one run. */

import { useMemo, useState, type PointerEvent, type ReactNode } from 'react';

import { formatNumber } from '../parts/numbers';

export interface LineChartProps {
  title: string;
  unit?: string;
  xs: readonly number[];
  ys: readonly (number | null)[];
  /** How to write values, and places on the x axis. */
  format(value: number): string;
  formatX(x: number): string;
  xLabel: string;
  /** Whether the axis of the values begins at zero, and that of the places. */
  fromZero?: boolean;
  xFromZero?: boolean;
}

const WIDTH = 520;
const HEIGHT = 150;
const LEFT = 64;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 24;

export function LineChart(props: LineChartProps): ReactNode {
  const { title, unit, xs, ys, format, formatX, xLabel, fromZero = false, xFromZero = false } = props;
  const [at, setAt] = useState<number | null>(null);
  const frame = useMemo(() => frameOf(xs, ys, fromZero, xFromZero), [xs, ys, fromZero, xFromZero]);
  const path = useMemo(() => pathOf(xs, ys, frame), [xs, ys, frame]);
  const onMove = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt(nearest(xs, frame.xAt(((event.clientX - box.left) / box.width) * WIDTH)));
  };
  const value = at === null ? null : (ys[at] ?? null);
  const known = ys.filter((y): y is number => y !== null);
  const said = known.length ? `, from ${format(Math.min(...known))} to ${format(Math.max(...known))}` : '';
  return (
    <figure className="nbm-line-chart">
      <figcaption>
        <strong>{title}</strong>
        {unit && <span className="nbm-faint"> {unit}</span>}
        <span className="nbm-reading nbm-faint">
          {at !== null && value !== null && (
            <>
              <b>{format(value)}</b> at {formatX(xs[at] ?? 0)}
            </>
          )}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${title} over ${xLabel}${said}`}
        onPointerMove={onMove}
        onPointerLeave={() => setAt(null)}
      >
        {frame.ticks.map(tick => (
          <g key={tick}>
            <line className="nbm-grid-line" x1={LEFT} x2={WIDTH - RIGHT} y1={frame.y(tick)} y2={frame.y(tick)} />
            <text className="nbm-tick" x={LEFT - 6} y={frame.y(tick) + 3.5} textAnchor="end">
              {format(tick)}
            </text>
          </g>
        ))}
        <text className="nbm-tick" x={LEFT} y={HEIGHT - 6}>
          {formatX(frame.least)}
        </text>
        <text className="nbm-tick" x={WIDTH - RIGHT} y={HEIGHT - 6} textAnchor="end">
          {formatX(frame.most)}
        </text>
        <text className="nbm-tick" x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} textAnchor="middle">
          {xLabel}
        </text>
        {fromZero && path && <path className="nbm-area" d={`${path}V${HEIGHT - BOTTOM}H${frame.x(xs[0] ?? 0)}Z`} />}
        <path className="nbm-curve" d={path} />
        {at !== null && value !== null && (
          <g>
            <line className="nbm-cross" x1={frame.x(xs[at] ?? 0)} x2={frame.x(xs[at] ?? 0)} y1={TOP} y2={HEIGHT - BOTTOM} />
            <circle className="nbm-here" cx={frame.x(xs[at] ?? 0)} cy={frame.y(value)} r="3.5" />
          </g>
        )}
      </svg>
    </figure>
  );
}

interface Frame {
  least: number;
  most: number;
  ticks: number[];
  x(value: number): number;
  y(value: number): number;
  xAt(pixel: number): number;
}

function frameOf(
  xs: readonly number[],
  ys: readonly (number | null)[],
  fromZero: boolean,
  xFromZero: boolean
): Frame {
  const known = ys.filter((y): y is number => y !== null);
  const [least, most] = [xFromZero ? 0 : (xs[0] ?? 0), xs[xs.length - 1] ?? 1];
  const ticks = ticksBetween(fromZero ? 0 : Math.min(...known), Math.max(...known));
  const [low, high] = [ticks[0] ?? 0, ticks[ticks.length - 1] ?? 1];
  const across = WIDTH - LEFT - RIGHT;
  const up = HEIGHT - TOP - BOTTOM;
  return {
    least,
    most,
    ticks,
    x: value => LEFT + ((value - least) / (most - least || 1)) * across,
    y: value => HEIGHT - BOTTOM - ((value - low) / (high - low || 1)) * up,
    xAt: pixel => least + ((pixel - LEFT) / across) * (most - least)
  };
}

/** Round numbers around two, three to five of them. */
export function ticksBetween(low: number, high: number): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    return [0, 1];
  }
  const span = high - low || Math.abs(high) || 1;
  const rough = span / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find(one => one * power >= rough) ?? 10) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

function pathOf(xs: readonly number[], ys: readonly (number | null)[], frame: Frame): string {
  let open = false;
  return xs
    .map((x, at) => {
      const y = ys[at];
      if (y === null || y === undefined) {
        open = false;
        return '';
      }
      const step = `${open ? 'L' : 'M'}${frame.x(x).toFixed(1)} ${frame.y(y).toFixed(1)}`;
      open = true;
      return step;
    })
    .join('');
}

function nearest(xs: readonly number[], wanted: number): number | null {
  let best: number | null = null;
  xs.forEach((x, at) => {
    if (best === null || Math.abs(x - wanted) < Math.abs((xs[best] ?? 0) - wanted)) {
      best = at;
    }
  });
  return best;
}

/** Whole steps, and numbers of any size. */
export function plainNumber(value: number): string {
  return formatNumber(value, 4);
}
