/** What errors cost: asked once for each question that predictions answer, and kept by the browser. */

import { useState, type ReactNode } from 'react';

import { formatNumber } from '../parts/numbers';
import { shortened } from '../parts/values';
import { PLAIN, type Costs } from './costs';
import { useKept } from './kept';

export function useCosts(about: string): [Costs, (costs: Costs) => void] {
  return useKept(`nbmlops.costs ${about}`, PLAIN);
}

interface CostProps {
  costs: Costs;
  onChange(costs: Costs): void;
  positive: string;
  /** How many of 1,000 test rows are positive. */
  share: number | null;
}

export function CostFields({ costs, onChange, positive, share }: CostProps): ReactNode {
  const put = (part: Partial<Costs>): void => onChange({ ...costs, ...part });
  return (
    <fieldset className="nbm-ev-costs">
      <legend className="nbm-hidden">What errors cost</legend>
      <NumberField label="a false alarm costs" value={costs.alarm} onChange={alarm => put({ alarm })} />
      <NumberField label="a miss costs" value={costs.miss} onChange={miss => put({ miss })} />
      <NumberField label="a hit gains" value={costs.gain} onChange={gain => put({ gain })} />
      <label>
        unit{' '}
        <input
          className="nbm-ev-field"
          value={costs.unit}
          placeholder="€"
          size={6}
          maxLength={16}
          onChange={event => put({ unit: event.target.value })}
        />
      </label>
      <label title="Where positive cases are rarer in practice than among the test rows, say so here">
        of 1000 cases{' '}
        <input
          className="nbm-ev-field"
          type="number"
          min={0}
          max={1000}
          step="any"
          value={costs.positives ?? ''}
          placeholder={share === null ? '' : formatNumber(share, 3)}
          onChange={event => put({ positives: positivesIn(event.target.value) })}
        />{' '}
        are {shortened(positive, 24)}
      </label>
    </fieldset>
  );
}

function positivesIn(text: string): number | null {
  return text === '' ? null : Math.min(1000, Math.max(0, Number(text)));
}

interface NumberProps {
  label: string;
  value: number;
  onChange(value: number): void;
}

/** A cost is a number from zero up; while somebody types, what is no number changes nothing. */
export function NumberField({ label, value, onChange }: NumberProps): ReactNode {
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <label>
      {label}{' '}
      <input
        className="nbm-ev-field"
        type="number"
        min={0}
        step="any"
        value={typed ?? value}
        onBlur={() => setTyped(null)}
        onChange={event => {
          setTyped(event.target.value);
          const number = Number(event.target.value);
          if (event.target.value !== '' && Number.isFinite(number) && number >= 0) {
            onChange(number);
          }
        }}
      />
    </label>
  );
}
