/** Chooses by what runs are grouped. */

import { useState, type ReactNode } from 'react';

import type { ColumnInfo } from '../contract/rows';
import { allButSeeds, flipped, groupable, groupingText } from './grouping';
import { Menu } from './Menu';
import type { Change } from './state';

const MOST = 200;

export interface GroupMenuProps {
  groupBy: readonly string[];
  infos: readonly ColumnInfo[];
  change: Change;
}

export function GroupMenu({ groupBy, infos, change }: GroupMenuProps): ReactNode {
  const text = groupingText(groupBy);
  return (
    <Menu
      label={text ? <span className="nbm-menu-said">Group: {text}</span> : 'Group'}
      title="Group runs by what they have in common"
      active={groupBy.length > 0}
    >
      {close => <Choices groupBy={groupBy} infos={infos} change={change} close={close} />}
    </Menu>
  );
}

function Choices({ groupBy, infos, change, close }: GroupMenuProps & { close(): void }): ReactNode {
  const [find, setFind] = useState('');
  const seeds = allButSeeds(infos);
  const set = (next: readonly string[]): void => {
    change({ groupBy: next });
    close();
  };
  const same = (next: readonly string[]): boolean => next.join('\n') === groupBy.join('\n');
  const found = groupable(infos).filter(id => id.toLowerCase().includes(find.toLowerCase()));
  return (
    <>
      <div className="nbm-menu-rows">
        {seeds.length > 1 && (
          <button type="button" className="nbm-menu-row" aria-pressed={same(seeds)} onClick={() => set(seeds)}>
            All parameters but {groupingText(seeds).split(' but ')[1]}
            <span className="nbm-faint">mean ± sd over seeds</span>
          </button>
        )}
        <button type="button" className="nbm-menu-row" aria-pressed={same(['params'])} onClick={() => set(['params'])}>
          All parameters
        </button>
        <button type="button" className="nbm-menu-row" aria-pressed={!groupBy.length} onClick={() => set([])}>
          Not grouped
        </button>
      </div>
      <input
        className="nbm-field"
        aria-label="find what to group by"
        placeholder="or by"
        value={find}
        autoFocus
        onChange={event => setFind(event.target.value)}
      />
      <ul>
        {found.slice(0, MOST).map(id => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={groupBy.includes(id)}
                onChange={() => change({ groupBy: flipped(groupBy, id) })}
              />{' '}
              <span className="nbm-faint">{id.includes('.') ? id.slice(0, id.indexOf('.') + 1) : ''}</span>
              {id.slice(id.indexOf('.') + 1)}
            </label>
          </li>
        ))}
      </ul>
    </>
  );
}
