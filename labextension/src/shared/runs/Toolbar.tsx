/** Which runs are shown, and how: words to find, a condition, groups, columns, saved views. */

import { forwardRef, useRef, type KeyboardEvent, type ReactNode } from 'react';

import type { WireError } from '../contract/errors';
import type { ColumnInfo } from '../contract/rows';
import { countOf } from '../parts/numbers';
import type { RunSource } from '../source';
import { ColumnMenu } from './ColumnMenu';
import { exampleWhere } from './columns';
import { GroupMenu } from './GroupMenu';
import type { Change, ViewState } from './state';
import { useSettledText } from './useSettledText';
import { ViewMenu } from './ViewMenu';
import { WhereField } from './WhereField';

export interface ToolbarProps {
  source: RunSource;
  experiment: string;
  state: ViewState;
  infos: readonly ColumnInfo[];
  shown: readonly string[];
  /** How many runs are, or would be, folded behind identical ones. */
  identical: number;
  /** Whether there is no store to ask: runs are found by words alone. */
  fixed: boolean;
  error: WireError | null;
  change: Change;
  leave(): void;
}

export const Toolbar = forwardRef<HTMLInputElement, ToolbarProps>(function Toolbar(props, where) {
  const { source, state, infos, shown, identical, error, change, leave } = props;
  const columns = <ColumnMenu infos={infos} shown={shown} change={change} />;
  const find = <Find value={state.text} onValue={text => change({ text })} onLeave={leave} />;
  if (props.fixed) {
    return (
      <div className="nbm-filters">
        {find}
        {columns}
      </div>
    );
  }
  return (
    <div className="nbm-filters">
      {find}
      <WhereField
        ref={where}
        source={source}
        value={state.where}
        placeholder={`where: ${exampleWhere(infos)}`}
        shown={shown}
        fault={error?.code === 'where' ? error : null}
        onValue={value => change({ where: value })}
        onLeave={leave}
      />
      <GroupMenu groupBy={state.groupBy} infos={infos} change={change} />
      {columns}
      <ViewMenu source={source} experiment={props.experiment} state={state} change={change} />
      {identical > 0 && !state.groupBy.length && (
        <Switch
          on={state.folded}
          title={`${countOf(identical, 'run')} with the same source, data and parameters as another`}
          onFlip={() => change({ folded: !state.folded })}
        >
          Fold identical
        </Switch>
      )}
      <Switch
        on={state.deleted}
        title="Runs that were deleted, to be brought back"
        onFlip={() => change({ deleted: !state.deleted, selected: [] })}
      >
        Bin
      </Switch>
    </div>
  );
});

interface SwitchProps {
  on: boolean;
  title: string;
  children: ReactNode;
  onFlip(): void;
}

function Switch({ on, title, children, onFlip }: SwitchProps): ReactNode {
  return (
    <button type="button" className={`nbm-switch${on ? ' nbm-set' : ''}`} aria-pressed={on} title={title} onClick={onFlip}>
      {children}
    </button>
  );
}

interface FindProps {
  value: string;
  onValue(value: string): void;
  onLeave(): void;
}

function Find({ value, onValue, onLeave }: FindProps): ReactNode {
  const [text, setText, send] = useSettledText(value, onValue);
  const input = useRef<HTMLInputElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      send(text);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (text) {
        setText('');
      } else {
        onLeave();
      }
    }
  };
  return (
    <input
      ref={input}
      className="nbm-field nbm-field-find"
      type="search"
      spellCheck={false}
      autoComplete="off"
      aria-label="find"
      placeholder="find a name, tag or note"
      value={text}
      onKeyDown={onKeyDown}
      onChange={event => setText(event.target.value)}
    />
  );
}
