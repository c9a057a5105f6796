/** What runs are coloured by: a scale for numbers, the palette for names. */

import type { SpreadColumn } from '../contract/spread';
import { PALETTE } from '../parts/colours';
import { formatNumber } from '../parts/numbers';
import { shortened, valueText } from '../parts/values';
import { categoriesOf, columnLabel, numbersIn } from './axis';

/** From low to high, each legible on light and on dark ground, and told apart by colour-blind readers. */
export const RAMP = ['#e69f00', '#b5837a', '#5b7fc4', '#0072b2'] as const;
const NEITHER = '#8a8f98';
const TAIL = 0.02;

export interface Colouring {
  label: string;
  of: readonly string[];
  /** For a scale its two ends, else a name for each colour. */
  ends: readonly [string, string] | null;
  named: readonly { text: string; colour: string }[];
}

export function colouringOf(column: SpreadColumn | undefined, count: number): Colouring {
  if (!column) {
    return { label: '', of: new Array<string>(count).fill(PALETTE[0]), ends: null, named: [] };
  }
  return column.kind === 'numeric' ? scaleOf(column) : namesOf(column);
}

/** A few values far out must not make all others look the same. */
function scaleOf(column: SpreadColumn): Colouring {
  const known = numbersIn(column).sort((a, b) => a - b);
  const low = known[Math.floor(TAIL * (known.length - 1))] ?? 0;
  const high = known[Math.ceil((1 - TAIL) * (known.length - 1))] ?? 1;
  const of = column.values.map(value =>
    typeof value === 'number' ? rampAt(high > low ? (value - low) / (high - low) : 0.5) : NEITHER
  );
  return { label: columnLabel(column.id), of, ends: [formatNumber(low, 3), formatNumber(high, 3)], named: [] };
}

function namesOf(column: SpreadColumn): Colouring {
  const texts = column.values.map(value => (value === null ? '' : valueText(value)));
  const counts = new Map<string, number>();
  texts.forEach(text => text && counts.set(text, (counts.get(text) ?? 0) + 1));
  const named = categoriesOf(counts).slice(0, PALETTE.length - 1);
  const colours = new Map(named.map((text, at) => [text, PALETTE[at] as string]));
  return {
    label: columnLabel(column.id),
    of: texts.map(text => colours.get(text) ?? NEITHER),
    ends: null,
    named: [
      ...named.map(text => ({ text: shortened(text, 20), colour: colours.get(text) ?? NEITHER })),
      ...(texts.some(text => !colours.has(text)) ? [{ text: 'others', colour: NEITHER }] : [])
    ]
  };
}

export function rampAt(share: number): string {
  const place = Math.min(1, Math.max(0, share)) * (RAMP.length - 1);
  const at = Math.min(RAMP.length - 2, Math.floor(place));
  const [from, to] = [channels(RAMP[at] as string), channels(RAMP[at + 1] as string)];
  const mixed = from.map((channel, key) => Math.round(channel + ((to[key] ?? 0) - channel) * (place - at)));
  return `rgb(${mixed.join(' ')})`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
}
