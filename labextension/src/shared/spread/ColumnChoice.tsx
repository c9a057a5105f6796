/** Choosing columns: one for an axis, or several in their order. */

import type { ReactNode } from 'react';

import type { ColumnInfo } from '../contract/rows';
import { columnLabel } from './axis';
import { columnGroups } from './choice';

const MOST_AXES = 12;

interface ColumnChoiceProps {
  label: string;
  value: string;
  infos: readonly ColumnInfo[];
  /** Whether there may be none. */
  none?: boolean;
  numeric?: boolean;
  onChange(id: string): void;
}

export function ColumnChoice({ label, value, infos, none = false, numeric = false, onChange }: ColumnChoiceProps): ReactNode {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={event => onChange(event.target.value)}>
        {none && <option value="">none</option>}
        {columnGroups(infos, numeric).map(({ title, ids }) => (
          <optgroup key={title} label={title}>
            {ids.map(id => (
              <option key={id} value={id}>
                {columnLabel(id)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

interface AxisChooserProps {
  infos: readonly ColumnInfo[];
  axes: readonly string[];
  onChange(axes: string[]): void;
}

/** Which axes there are; a new one comes last. */
export function AxisChooser({ infos, axes, onChange }: AxisChooserProps): ReactNode {
  const toggle = (id: string): void => onChange(axes.includes(id) ? axes.filter(one => one !== id) : [...axes, id]);
  return (
    <details className="nbm-sp-chooser">
      <summary>Axes</summary>
      <div className="nbm-sp-list">
        {columnGroups(infos, false).map(({ title, ids }) => (
          <fieldset key={title}>
            <legend className="nbm-faint">{title}</legend>
            {ids.map(id => (
              <label key={id}>
                <input
                  type="checkbox"
                  checked={axes.includes(id)}
                  disabled={!axes.includes(id) && axes.length >= MOST_AXES}
                  onChange={() => toggle(id)}
                />{' '}
                {columnLabel(id)}
              </label>
            ))}
          </fieldset>
        ))}
      </div>
    </details>
  );
}
