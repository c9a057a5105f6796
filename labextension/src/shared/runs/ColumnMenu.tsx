/** Chooses which columns are shown, under their headings, and in which order. */

import { useState, type ReactNode } from 'react';

import type { ColumnInfo } from '../contract/rows';
import { allColumns, BANDS, moved, type Band, type TableColumn } from './columns';
import { Menu } from './Menu';
import type { Change } from './state';

const MOST = 300;

export interface ColumnMenuProps {
  infos: readonly ColumnInfo[];
  shown: readonly string[];
  change: Change;
}

export function ColumnMenu(props: ColumnMenuProps): ReactNode {
  return (
    <Menu label="Columns" title="Choose columns" wide>
      {() => <Choices {...props} />}
    </Menu>
  );
}

function Choices({ infos, shown, change }: ColumnMenuProps): ReactNode {
  const [find, setFind] = useState('');
  const set = (columns: readonly string[]): void => change({ columns: [...columns] });
  const flip = (id: string): void => set(shown.includes(id) ? shown.filter(other => other !== id) : [...shown, id]);
  // Thousands of runs may have hundreds of columns.
  const found = allColumns(infos).filter(column => column.id.toLowerCase().includes(find.toLowerCase()));
  const bands = (Object.keys(BANDS) as Band[])
    .map(band => ({ band, columns: found.filter(column => column.band === band).slice(0, MOST) }))
    .filter(({ columns }) => columns.length);
  return (
    <>
      <div className="nbm-menu-head">
        <input
          className="nbm-field"
          aria-label="find a column"
          placeholder="find a column"
          value={find}
          autoFocus
          onChange={event => setFind(event.target.value)}
        />
        <button type="button" className="nbm-link" onClick={() => change({ columns: [], widths: {} })}>
          the usual ones
        </button>
      </div>
      <div className="nbm-menu-scroll">
        {bands.map(({ band, columns }) => (
          <fieldset key={band}>
            <legend>
              {BANDS[band]}
              <Several columns={columns} shown={shown} set={set} />
            </legend>
            {columns.map(column => (
              <Choice key={column.id} column={column} shown={shown} flip={flip} set={set} />
            ))}
          </fieldset>
        ))}
      </div>
    </>
  );
}

interface SeveralProps {
  columns: readonly TableColumn[];
  shown: readonly string[];
  set(columns: readonly string[]): void;
}

function Several({ columns, shown, set }: SeveralProps): ReactNode {
  const ids = columns.map(column => column.id);
  const missing = ids.filter(id => !shown.includes(id));
  const text = missing.length ? 'all' : 'none';
  return (
    <button
      type="button"
      className="nbm-link nbm-small"
      onClick={() => set(missing.length ? [...shown, ...missing] : shown.filter(id => !ids.includes(id)))}
    >
      {text}
    </button>
  );
}

interface ChoiceProps {
  column: TableColumn;
  shown: readonly string[];
  flip(id: string): void;
  set(columns: readonly string[]): void;
}

function Choice({ column, shown, flip, set }: ChoiceProps): ReactNode {
  const { id, title, info } = column;
  const at = shown.indexOf(id);
  return (
    <div className="nbm-choice">
      <label title={title}>
        <input type="checkbox" checked={at !== -1} onChange={() => flip(id)} /> {title}
        {info && !info.differs && <span className="nbm-faint nbm-small"> the same</span>}
      </label>
      {at !== -1 && (
        <span className="nbm-steps">
          <button
            type="button"
            aria-label={`Move ${title} to the left`}
            disabled={at === 0}
            onClick={() => set(moved(shown, id, shown[at - 1] ?? null))}
          >
            ←
          </button>
          <button
            type="button"
            aria-label={`Move ${title} to the right`}
            disabled={at === shown.length - 1}
            onClick={() => set(moved(shown, id, shown[at + 2] ?? null))}
          >
            →
          </button>
        </span>
      )}
    </div>
  );
}
