import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';

import { shortened } from '../parts/values';
import type { Axis } from './axis';

const LEAST_DRAG = 6;
const CHAR = 7.6; // of the bold name

interface AxisHeadProps {
  axis: Axis;
  x: number;
  /** How much room there is for its name. */
  gap: number;
  onMove(steps: number): void;
  onDrop(x: number): void;
  onLog(log: boolean): void;
}

/** The name of an axis, by which it is moved, and its scale. */
export function AxisHead({ axis, x, gap, onMove, onDrop, onLog }: AxisHeadProps): ReactNode {
  const [from, setFrom] = useState<number | null>(null);
  const [by, setBy] = useState(0);
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (steps) {
      event.preventDefault();
      event.stopPropagation();
      onMove(steps);
    }
  };
  const drop = (): void => {
    if (Math.abs(by) > LEAST_DRAG) {
      onDrop(x + by);
    }
    setFrom(null);
    setBy(0);
  };
  return (
    <div className="nbm-sp-head" style={{ left: x + by, width: gap }}>
      <button
        type="button"
        className="nbm-sp-name"
        title={`${axis.label}. Drag, or use the arrow keys, to move it.`}
        onKeyDown={onKeyDown}
        onPointerDown={(event: PointerEvent) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(event.clientX);
        }}
        onPointerMove={(event: PointerEvent) => from !== null && setBy(event.clientX - from)}
        onPointerUp={drop}
        onPointerCancel={drop}
      >
        {shortened(axis.label, Math.max(8, Math.floor(gap / CHAR)))}
      </button>
      {axis.canLog && (
        <button type="button" className="nbm-link nbm-small" aria-pressed={axis.log} title="Logarithmic scale" onClick={() => onLog(!axis.log)}>
          {axis.log ? 'log' : 'linear'}
        </button>
      )}
    </div>
  );
}
