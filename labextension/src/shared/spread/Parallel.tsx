/** Every run a line over several axes; a stretch marked on an axis leaves only the runs that pass it. */

import { useCallback, useMemo, useRef, useState, type ReactNode } from 'react';

import type { SpreadColumn, SpreadRuns } from '../contract/spread';
import type { Point } from '../evaluation/Plot';
import { useWidth } from '../evaluation/useWidth';
import { countOf } from '../parts/numbers';
import { axisOf, type Axis } from './axis';
import { AxisHead } from './AxisHead';
import { AxisLine } from './AxisLine';
import { ColourKey } from './ColourKey';
import { colouringOf } from './colour';
import { moved, passing, placeOf, thinnedOf, type Brushes } from './lines';
import { BOTTOM, HEIGHT, TOP } from './place';
import { Told } from './Scatter';
import { useCanvas } from './useCanvas';

const [SIDE, LEAST_GAP] = [92, 116];
const NEAR = 6;

export interface ParallelProps {
  runs: SpreadRuns;
  columns: readonly SpreadColumn[];
  colour: SpreadColumn | undefined;
  logs: ReadonlyMap<string, boolean>;
  selected: readonly string[];
  onSelect(ids: string[]): void;
  onLog(id: string, log: boolean): void;
  onOrder(ids: string[]): void;
}

export function Parallel({ runs, columns, colour, logs, selected, onSelect, onLog, onOrder }: ParallelProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const seen = useWidth(box);
  const [brushes, setBrushes] = useState<Brushes>(new Map());
  const [near, setNear] = useState<{ at: number; place: Point } | null>(null);
  const axes = useMemo(() => columns.map(column => axisOf(column, logs.get(column.id))), [columns, logs]);
  const colouring = useMemo(() => colouringOf(colour, runs.ids.length), [colour, runs]);
  const width = Math.max(seen, 2 * SIDE + LEAST_GAP * (axes.length - 1));
  const across = useCallback(
    (at: number): number => (axes.length < 2 ? width / 2 : SIDE + (at * (width - 2 * SIDE)) / (axes.length - 1)),
    [axes, width]
  );
  const passed = useMemo(() => passing(axes, brushes, runs.ids.length), [axes, brushes, runs]);
  const chosen = useMemo(() => new Set(selected), [selected]);
  const fit = useMemo(() => passed.filter(Boolean).length, [passed]);

  const draw = useCallback(
    (context: CanvasRenderingContext2D) => {
      const { front, back } = thinnedOf(passed, runs.ids.map(id => chosen.has(id)));
      context.lineJoin = 'round';
      const paint = (at: number, alpha: number, wide: number, colour: string): void => {
        context.globalAlpha = alpha;
        context.lineWidth = wide;
        context.strokeStyle = colour;
        drawLine(context, axes, at, across);
      };
      back.forEach(at => paint(at, 0.07, 1, '#8a8f98'));
      const alpha = front.length > 1500 ? 0.22 : front.length > 300 ? 0.4 : 0.65;
      front.forEach(at => paint(at, chosen.size && !chosen.has(runs.ids[at] ?? '') ? alpha / 3 : alpha, 1.25, colouring.of[at] ?? '#888'));
      front.filter(at => chosen.has(runs.ids[at] ?? '')).forEach(at => paint(at, 1, 2.25, colouring.of[at] ?? '#888'));
      if (near) {
        paint(near.at, 1, 3, colouring.of[near.at] ?? '#888');
      }
    },
    [axes, across, passed, runs, chosen, colouring, near]
  );
  useCanvas(canvas, width, HEIGHT, draw);

  const brush = (id: string, stretch: Point | null): void => {
    const next = new Map(brushes);
    next.delete(id);
    if (stretch) {
      next.set(id, stretch);
    }
    setBrushes(next);
  };
  const look = (place: Point): void => {
    const at = nearestLine(axes, passed, across, place);
    setNear(at === null ? null : { at, place });
  };

  const ids = axes.map(axis => axis.id);
  return (
    <figure className="nbm-ev-plot">
      <ColourKey colouring={colouring} />
      <div ref={box} className="nbm-sp-wide" role="region" aria-label="Parallel coordinates" tabIndex={0}>
        <div className="nbm-sp-stage" style={{ width, height: HEIGHT }}>
          <canvas ref={canvas} style={{ width, height: HEIGHT }} aria-hidden="true" />
          <svg
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={`${countOf(fit, 'run')} over ${axes.map(axis => axis.label).join(', ')}`}
            onPointerMove={event => {
              if (event.buttons) {
                setNear(null);
                return;
              }
              const around = event.currentTarget.getBoundingClientRect();
              look([event.clientX - around.left, event.clientY - around.top]);
            }}
            onPointerLeave={() => setNear(null)}
          >
            {axes.map((axis, at) => (
              <AxisLine key={axis.id} axis={axis} x={across(at)} brush={brushes.get(axis.id)} onBrush={stretch => brush(axis.id, stretch)} />
            ))}
          </svg>
          {axes.map((axis, at) => (
            <AxisHead
              key={axis.id}
              axis={axis}
              x={across(at)}
              gap={axes.length < 2 ? width : (width - 2 * SIDE) / (axes.length - 1) - 8}
              onMove={steps => onOrder(moved(ids, at, at + steps))}
              onDrop={x => onOrder(moved(ids, at, nearestAxis(axes.length, across, x)))}
              onLog={log => onLog(axis.id, log)}
            />
          ))}
          {near && <Told runs={runs} at={near.at} columns={[...columns, colour]} place={near.place} width={width} />}
        </div>
      </div>
      <p className="nbm-small nbm-sp-passed">
        {brushes.size ? (
          <>
            <strong>
              {fit} of {countOf(runs.ids.length, 'run')}
            </strong>{' '}
            pass.{' '}
            <button
              type="button"
              className="nbm-link"
              disabled={!fit}
              onClick={() => onSelect(runs.ids.filter((_, at) => passed[at]))}
            >
              choose them
            </button>{' '}
            <button type="button" className="nbm-link" onClick={() => setBrushes(new Map())}>
              show all
            </button>
          </>
        ) : (
          <span className="nbm-faint">
            Drag along an axis to keep the runs that pass there; drag an axis by its name, or move it with the arrow keys.
          </span>
        )}
      </p>
    </figure>
  );
}

function drawLine(context: CanvasRenderingContext2D, axes: readonly Axis[], run: number, across: (at: number) => number): void {
  context.beginPath();
  axes.forEach((axis, at) => context[at ? 'lineTo' : 'moveTo'](across(at), placeOf(axis, run, TOP, HEIGHT - BOTTOM)));
  context.stroke();
}

function nearestAxis(count: number, across: (at: number) => number, x: number): number {
  const distances = Array.from({ length: count }, (_, at) => Math.abs(across(at) - x));
  return distances.indexOf(Math.min(...distances));
}

/** The line under the pointer, among those that pass. */
function nearestLine(axes: readonly Axis[], passed: readonly boolean[], across: (at: number) => number, [x, y]: Point): number | null {
  const right = axes.findIndex((_, at) => across(at) >= x);
  if (right < 1) {
    return null;
  }
  const [from, to] = [axes[right - 1] as Axis, axes[right] as Axis];
  const share = (x - across(right - 1)) / (across(right) - across(right - 1));
  let [found, least] = [null as number | null, NEAR];
  passed.forEach((pass, run) => {
    const [a, b] = [placeOf(from, run, TOP, HEIGHT - BOTTOM), placeOf(to, run, TOP, HEIGHT - BOTTOM)];
    const distance = Math.abs(a + share * (b - a) - y);
    if (pass && distance < least) {
      [found, least] = [run, distance];
    }
  });
  return found;
}
