import { useState, type PointerEvent, type ReactNode } from 'react';

import type { Point } from '../evaluation/Plot';
import type { Axis } from './axis';
import { MISSING_BELOW } from './lines';
import { BOTTOM, HEIGHT, TOP } from './place';

const HIGH = HEIGHT - TOP - BOTTOM;
const LEAST = 0.01;
const HALF = 14;

interface AxisLineProps {
  axis: Axis;
  x: number;
  brush: Point | readonly [number, number] | undefined;
  onBrush(stretch: Point | null): void;
}

/** One axis with its ticks. A stretch is marked by dragging, and let go by a click. */
export function AxisLine({ axis, x, brush, onBrush }: AxisLineProps): ReactNode {
  const [from, setFrom] = useState<number | null>(null);
  const placeAt = (event: PointerEvent<SVGRectElement>): number => {
    const { top, height } = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, 1 - (event.clientY - top) / height));
  };
  const move = (event: PointerEvent<SVGRectElement>): void => {
    if (from !== null) {
      const to = placeAt(event);
      onBrush(Math.abs(to - from) > LEAST ? [Math.min(from, to), Math.max(from, to)] : null);
    }
  };
  const yOf = (place: number): number => TOP + (1 - place) * HIGH;
  return (
    <g>
      <path className="nbm-sp-axis" d={`M${x},${TOP}v${HIGH}`} />
      {axis.ticks.map(({ at, text }) => (
        <g key={text} className="nbm-ev-axes">
          <path className="nbm-sp-axis" d={`M${x - 3},${yOf(at)}h6`} />
          <text className="nbm-ev-label" x={x - 7} y={yOf(at) + 4} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {axis.missing > 0 && (
        <text className="nbm-ev-label nbm-ev-faint" x={x - 7} y={TOP + HIGH + MISSING_BELOW + 4} textAnchor="end">
          none
        </text>
      )}
      {brush && (
        <rect className="nbm-sp-brush" x={x - 8} width="16" y={yOf(brush[1])} height={Math.max(2, (brush[1] - brush[0]) * HIGH)} />
      )}
      <rect
        className="nbm-sp-grip"
        x={x - HALF}
        y={TOP}
        width={2 * HALF}
        height={HIGH}
        onPointerDown={event => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(placeAt(event));
          onBrush(null);
        }}
        onPointerMove={move}
        onPointerUp={() => setFrom(null)}
      />
    </g>
  );
}
