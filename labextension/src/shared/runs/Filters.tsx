/** Which runs are shown: a `where` expression, words to find, and the columns. */

import { forwardRef, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import { allColumns, exampleWhere } from './columns';
import type { WireError } from '../contract/errors';
import type { ColumnInfo } from '../contract/rows';
import type { Change, ViewState } from './state';

const PAUSE_MS = 25;

export interface FiltersProps {
  state: ViewState;
  infos: readonly ColumnInfo[];
  shown: readonly string[];
  error: WireError | null;
  change: Change;
  leave(): void;
}

export const Filters = forwardRef<HTMLInputElement, FiltersProps>(function Filters(props, where) {
  const { state, error, change, leave } = props;
  const fault = error?.code === 'where' ? error : null;
  return (
    <div className="nbm-filters">
      <div className="nbm-where">
        <Field
          ref={where}
          label="where"
          value={state.where}
          placeholder={`where: ${exampleWhere(props.infos)}`}
          invalid={fault !== null}
          onValue={value => change({ where: value })}
          onLeave={leave}
        />
        {fault && <Caret fault={fault} />}
      </div>
      <Field
        label="find"
        value={state.text}
        placeholder="find a name, tag or note"
        invalid={false}
        onValue={value => change({ text: value })}
        onLeave={leave}
      />
      <Chooser {...props} />
    </div>
  );
});

/** Points at the place in the expression that can't be read. */
function Caret({ fault }: { fault: WireError }): ReactNode {
  return (
    <div className="nbm-caret" role="alert">
      {fault.column !== undefined && <pre aria-hidden="true">{`${' '.repeat(fault.column)}^`}</pre>}
      <span>{fault.message}</span>
    </div>
  );
}

interface FieldProps {
  label: string;
  value: string;
  placeholder: string;
  invalid: boolean;
  onValue(value: string): void;
  onLeave(): void;
}

/** A text that is handed on when typing pauses; what comes from elsewhere replaces it. */
const Field = forwardRef<HTMLInputElement, FieldProps>(function Field(props, ref) {
  const [text, setText] = useState(props.value);
  const timer = useRef<number | undefined>(undefined);
  const sent = useRef(props.value); // what comes back of it must not undo what was typed since
  useEffect(() => {
    if (props.value !== sent.current) {
      sent.current = props.value;
      setText(props.value);
    }
  }, [props.value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const send = (value: string, pause: number): void => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      sent.current = value;
      props.onValue(value);
    }, pause);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      send(text, 0);
    } else if (event.key === 'Escape') {
      if (text) {
        setText('');
        send('', 0);
      } else {
        props.onLeave();
      }
      event.stopPropagation();
    }
  };
  return (
    <input
      ref={ref}
      className={`nbm-field nbm-field-${props.label}`}
      type="text"
      spellCheck={false}
      autoComplete="off"
      aria-label={props.label}
      aria-invalid={props.invalid}
      placeholder={props.placeholder}
      value={text}
      onKeyDown={onKeyDown}
      onChange={event => {
        setText(event.target.value);
        send(event.target.value, PAUSE_MS);
      }}
    />
  );
});

function Chooser({ infos, shown, change }: FiltersProps): ReactNode {
  const [find, setFind] = useState('');
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDetailsElement>(null);
  useEffect(() => closeOnOutside(box), []);
  // Thousands of runs may have hundreds of columns: they are listed for who looks.
  const all = open
    ? allColumns(infos).filter(column => column.id.toLowerCase().includes(find.toLowerCase()))
    : [];
  const flip = (id: string): void => {
    const next = shown.includes(id) ? shown.filter(other => other !== id) : [...shown, id];
    change({ columns: next });
  };
  return (
    <details className="nbm-chooser" ref={box} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>Columns</summary>
      <div className="nbm-menu">
        <input
          className="nbm-field"
          aria-label="find a column"
          placeholder="find a column"
          value={find}
          onChange={event => setFind(event.target.value)}
        />
        <button type="button" className="nbm-link" onClick={() => change({ columns: [] })}>
          the usual ones
        </button>
        <ul>
          {all.slice(0, 300).map(column => (
            <li key={column.id}>
              <label>
                <input type="checkbox" checked={shown.includes(column.id)} onChange={() => flip(column.id)} />
                <span className="nbm-faint">{column.info ? `${column.info.group}.` : ''}</span>
                {column.title}
              </label>
            </li>
          ))}
        </ul>
      </div>
    </details>
  );
}

function closeOnOutside(box: { current: HTMLDetailsElement | null }): () => void {
  const close = (event: Event): void => {
    const open = box.current;
    // Inside a shadow root or a frame the path tells more than the target.
    if (open?.open && !event.composedPath().includes(open)) {
      open.open = false;
    }
  };
  document.addEventListener('pointerdown', close);
  return () => document.removeEventListener('pointerdown', close);
}
