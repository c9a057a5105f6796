/** A text that is changed where it stands: Enter keeps, Escape leaves it as it was. */

import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import { useHost } from '../host';
import { asWireError } from '../source';

export interface EditableProps {
  text: string;
  label: string;
  /** What stands there while there is no text. */
  empty: string;
  multiline?: boolean;
  /** The text itself is what is clicked. */
  whole?: boolean;
  save(text: string): Promise<void>;
  children: ReactNode;
}

export function Editable({ text, label, empty, multiline = false, whole = false, save, children }: EditableProps): ReactNode {
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState('');
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const editing = draft !== null;
  const fixed = useHost().kind === 'report';
  useEffect(() => {
    if (editing) {
      field.current?.select();
    }
  }, [editing]);

  const leave = (): void => {
    setDraft(null);
    setError('');
    window.setTimeout(() => button.current?.focus(), 0);
  };
  const keep = (): void => {
    if (draft === null || draft === text) {
      leave();
      return;
    }
    save(draft).then(leave, (reason: unknown) => setError(asWireError(reason).message));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation(); // the view's single letters are text here
    if (event.key === 'Escape') {
      leave();
    } else if (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      keep();
    }
  };
  if (fixed) {
    return text ? children : null;
  }
  if (draft === null && whole && text) {
    return (
      <button ref={button} type="button" className="nbm-rename" title={label} onClick={() => setDraft(text)}>
        {children}
      </button>
    );
  }
  if (draft === null) {
    return (
      <span className="nbm-editable">
        {text ? children : null}
        <button ref={button} type="button" className="nbm-link nbm-edit" title={label} aria-label={text ? label : undefined} onClick={() => setDraft(text)}>
          {text ? 'edit' : empty}
        </button>
      </span>
    );
  }
  const common = {
    ref: field,
    className: 'nbm-field',
    'aria-label': label,
    value: draft,
    onChange: (event: { target: { value: string } }) => setDraft(event.target.value),
    onKeyDown
  };
  return (
    <span className="nbm-editing">
      {multiline ? <textarea {...common} rows={3} /> : <input {...common} />}
      <button type="button" className="nbm-button" onClick={keep}>
        Save
      </button>
      <button type="button" className="nbm-link" onClick={leave}>
        cancel
      </button>
      {error && (
        <span className="nbm-failure" role="alert">
          {error}
        </span>
      )}
    </span>
  );
}
