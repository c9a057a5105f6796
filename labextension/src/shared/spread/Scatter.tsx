/** One column against another, a dot a run; a box that is drawn chooses runs. */

import { useCallback, useMemo, useRef, useState, type PointerEvent, type ReactNode } from 'react';

import type { SpreadColumn, SpreadRuns } from '../contract/spread';
import { Axes, rectOf, type Point } from '../evaluation/Plot';
import type { Scale } from '../evaluation/scale';
import { useWidth } from '../evaluation/useWidth';
import { countOf } from '../parts/numbers';
import { axisOf, columnLabel, writtenAt, type Axis } from './axis';
import { colouringOf } from './colour';
import { ColourKey } from './ColourKey';
import { useCanvas } from './useCanvas';

const HEIGHT = 420;
const [TOP, RIGHT, BOTTOM] = [8, 14, 40];
const NEAR = 14;
/** So many dots hide each other, unless they are small. */
const MANY = 2000;
const LEAST_DRAG = 4;
const [SMALL, LARGE] = [2.5, 9];
const TICK_CHAR = 6.4;

export interface ScatterProps {
  runs: SpreadRuns;
  x: SpreadColumn;
  y: SpreadColumn;
  colour: SpreadColumn | undefined;
  size: SpreadColumn | undefined;
  logX: boolean | undefined;
  logY: boolean | undefined;
  selected: readonly string[];
  onSelect(ids: string[]): void;
}

interface Dot {
  at: number;
  x: number;
  y: number;
  radius: number;
}

export function Scatter({ runs, x, y, colour, size, logX, logY, selected, onSelect }: ScatterProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(box);
  const [near, setNear] = useState<Dot | null>(null);
  const [drag, setDrag] = useState<readonly [Point, Point] | null>(null);
  const axisX = useMemo(() => axisOf(x, logX), [x, logX]);
  const axisY = useMemo(() => axisOf(y, logY), [y, logY]);
  const colouring = useMemo(() => colouringOf(colour, runs.ids.length), [colour, runs]);
  const left = 26 + TICK_CHAR * Math.max(2, ...axisY.ticks.map(tick => tick.text.length));
  const [wide, high] = [width - left - RIGHT, HEIGHT - TOP - BOTTOM];
  const dots = useMemo(() => dotsOf(axisX, axisY, size, { left, wide, high }), [axisX, axisY, size, left, wide, high]);
  const chosen = useMemo(() => new Set(selected), [selected]);

  useCanvas(
    canvas,
    width,
    HEIGHT,
    useCallback(
      (context, text) => drawDots(context, dots, colouring.of, at => chosen.has(runs.ids[at] ?? ''), chosen.size > 0, text),
      [dots, colouring, chosen, runs]
    )
  );

  const pointed = (event: PointerEvent): Point => {
    const around = event.currentTarget.getBoundingClientRect();
    return [event.clientX - around.left, event.clientY - around.top];
  };
  const move = (event: PointerEvent): void => {
    const at = pointed(event);
    setNear(drag ? null : nearestDot(dots, at));
    if (drag) {
      setDrag([drag[0], at]);
    }
  };
  const up = (event: PointerEvent): void => {
    if (!drag) {
      return;
    }
    const inside = insideOf(dots, drag).flatMap(dot => runs.ids[dot.at] ?? []);
    setDrag(null);
    if (inside.length) {
      onSelect(event.shiftKey ? [...new Set([...selected, ...inside])] : inside);
    }
  };

  const lacking = runs.ids.length - dots.length;
  return (
    <figure className="nbm-ev-plot nbm-sp-scatter">
      <ColourKey colouring={colouring} />
      <div ref={box} className="nbm-sp-stage" style={{ height: HEIGHT }}>
        {wide > 60 && (
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={`${axisY.label} over ${axisX.label}, ${countOf(dots.length, 'run')}`}
            className="nbm-ev-zooms"
            onPointerDown={event => {
              event.currentTarget.setPointerCapture(event.pointerId);
              setDrag([pointed(event), pointed(event)]);
            }}
            onPointerMove={move}
            onPointerUp={up}
            onPointerLeave={() => setNear(null)}
          >
            <Axes x={scaleOf(axisX)} y={scaleOf(axisY)} labels={[axisX.label, axisY.label]} frame={{ left, top: TOP, wide, high }} />
            {near && <circle className="nbm-sp-near" cx={near.x} cy={near.y} r={near.radius + 2} />}
            {drag && <rect className="nbm-ev-drag" {...rectOf(drag)} />}
          </svg>
        )}
        <canvas ref={canvas} className="nbm-sp-above" style={{ width, height: HEIGHT }} aria-hidden="true" />
        {near && <Told runs={runs} at={near.at} columns={[y, x, colour, size]} place={[near.x, near.y]} width={width} />}
      </div>
      <p className="nbm-faint nbm-small">
        Draw a box to choose runs, with Shift to add to those chosen.
        {lacking > 0 && ` ${countOf(lacking, 'run')} without ${axisX.label} or ${axisY.label} ${lacking === 1 ? 'is' : 'are'} not here.`}
      </p>
    </figure>
  );
}

/** An axis as the frame draws it. */
function scaleOf(axis: Axis): Scale {
  return { low: 0, high: 1, at: value => value, ticks: axis.ticks.map(({ at, text }) => ({ value: at, text })) };
}

function dotsOf(x: Axis, y: Axis, size: SpreadColumn | undefined, frame: { left: number; wide: number; high: number }): Dot[] {
  const sizes = size ? axisOf(size).places : null;
  const dots: Dot[] = [];
  const plain = x.places.length > MANY ? SMALL : 4;
  x.places.forEach((a, at) => {
    const b = y.places[at] ?? NaN;
    if (!Number.isNaN(a) && !Number.isNaN(b)) {
      const share = sizes?.[at];
      dots.push({
        at,
        x: frame.left + (a + x.step * shaken(at, 1)) * frame.wide,
        y: TOP + (1 - b - y.step * shaken(at, 2)) * frame.high,
        radius: sizes ? (share === undefined || Number.isNaN(share) ? SMALL : SMALL + Math.sqrt(share) * (LARGE - SMALL)) : plain
      });
    }
  });
  return dots;
}

/** Runs of one category would hide each other: each a little aside, always the same way. */
function shaken(at: number, way: number): number {
  return (((at + 1) * 2654435761 * way) % 1000) / 1000 / 2 - 0.25;
}

function drawDots(
  context: CanvasRenderingContext2D,
  dots: readonly Dot[],
  colours: readonly string[],
  isChosen: (at: number) => boolean,
  some: boolean,
  text: string
): void {
  const many = dots.length > MANY;
  for (const dot of dots) {
    const chosen = isChosen(dot.at);
    context.globalAlpha = chosen ? 1 : some ? 0.25 : many ? 0.5 : 0.8;
    context.fillStyle = colours[dot.at] ?? text;
    context.beginPath();
    context.arc(dot.x, dot.y, dot.radius, 0, 2 * Math.PI);
    context.fill();
    if (chosen) {
      context.strokeStyle = text;
      context.stroke();
    }
  }
}

export function nearestDot<T extends { x: number; y: number }>(dots: readonly T[], [x, y]: Point): T | null {
  let [found, least] = [null as T | null, NEAR * NEAR];
  for (const dot of dots) {
    const distance = (dot.x - x) ** 2 + (dot.y - y) ** 2;
    if (distance < least) {
      [found, least] = [dot, distance];
    }
  }
  return found;
}

/** The dots in a box; of a box that is only a click the nearest. */
function insideOf(dots: readonly Dot[], drag: readonly [Point, Point]): Dot[] {
  const { x, y, width, height } = rectOf(drag);
  if (width < LEAST_DRAG && height < LEAST_DRAG) {
    const near = nearestDot(dots, drag[1]);
    return near ? [near] : [];
  }
  return dots.filter(dot => dot.x >= x && dot.x <= x + width && dot.y >= y && dot.y <= y + height);
}

interface ToldProps {
  runs: SpreadRuns;
  at: number;
  columns: readonly (SpreadColumn | undefined)[];
  place: Point;
  width: number;
}

/** What stands beside the pointer. */
export function Told({ runs, at, columns, place: [x, y], width }: ToldProps): ReactNode {
  const told = [...new Map(columns.flatMap(column => (column ? [[column.id, column] as const] : []))).values()];
  const style = x > width / 2 ? { right: width - x + 12, top: y + 8 } : { left: x + 12, top: y + 8 };
  return (
    <div className="nbm-sp-told" style={style}>
      <strong>{runs.names[at] || (runs.ids[at] ?? '').slice(0, 8)}</strong>
      {told.map(column => (
        <div key={column.id}>
          <span className="nbm-faint">{columnLabel(column.id)}</span> {writtenAt(column.id, column.values[at])}
        </div>
      ))}
    </div>
  );
}
