import type { ReactNode } from 'react';

import { GRID } from './counts';
import { shortThreshold } from './sentence';

interface ThresholdProps {
  value: number;
  span: readonly [number, number];
  onChange(value: number): void;
}

/** Moves in the steps at which the server's counts are exact. */
export function ThresholdField({ value, span: [low, high], onChange }: ThresholdProps): ReactNode {
  const step = Math.round(((value - low) / (high - low || 1)) * GRID);
  return (
    <label className="nbm-ev-threshold">
      <span>threshold</span>
      <input
        type="range"
        min={0}
        max={GRID}
        step={1}
        value={step}
        aria-valuetext={shortThreshold(value)}
        onChange={event => onChange(low + (Number(event.target.value) / GRID) * (high - low))}
      />
      <output>{shortThreshold(value)}</output>
    </label>
  );
}
