/** Numbers that answer questions; a click shows of which experiments they are. */

import type { ReactNode } from 'react';

import { formatNumber } from '../parts/numbers';
import type { Shown, Tally } from './fleet';

export interface TalliesProps {
  tallies: readonly Tally[];
  shown: Shown;
  onShow(shown: Shown): void;
}

export function Tallies({ tallies, shown, onShow }: TalliesProps): ReactNode {
  return (
    <div className="nbm-tallies" role="group" aria-label="Show only">
      {tallies.map(tally => (
        <button
          key={tally.shown}
          type="button"
          className={`nbm-tally nbm-tone-${tally.count ? tally.tone : 'none'}`}
          aria-pressed={tally.shown === shown}
          title={tally.title}
          disabled={!tally.count && tally.shown !== shown}
          onClick={() => onShow(tally.shown === shown ? 'all' : tally.shown)}
        >
          <span className="nbm-tally-count">
            {formatNumber(tally.count)}
            {tally.of !== null && <span className="nbm-faint"> of {formatNumber(tally.of)}</span>}
          </span>
          <span className="nbm-tally-words">{tally.words}</span>
        </button>
      ))}
    </div>
  );
}
