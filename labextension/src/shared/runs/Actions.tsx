/** What can be done with the runs that are chosen. */

import { useState, type FormEvent, type ReactNode } from 'react';

import type { RunChange } from '../contract/changes';
import { countOf } from '../parts/numbers';
import { Menu } from './Menu';

/** More runs side by side tell nothing. */
const MOST_COMPARED = 50;

export interface ActionsProps {
  selected: readonly string[];
  /** Whether they are in the bin. */
  deleted: boolean;
  /** Whether nothing can be changed. */
  fixed: boolean;
  onCompare(): void;
  onClear(): void;
  /** Changes the chosen runs; what was done is said in these words. */
  onChange(change: Omit<RunChange, 'ids'>, said: string): void;
}

export function Actions({ selected, deleted, fixed, onCompare, onClear, onChange }: ActionsProps): ReactNode {
  const count = selected.length;
  const runs = countOf(count, 'run');
  return (
    <span className="nbm-actions">
      {count > 0 && (
        <>
          <span className="nbm-faint" aria-live="polite">
            {countOf(count, 'run')} chosen
          </span>
          <button type="button" className="nbm-link" title="Let go of them (Escape)" onClick={onClear}>
            clear
          </button>
        </>
      )}
      {count > 0 && !fixed && <Edits runs={runs} deleted={deleted} onChange={onChange} />}
      <button
        type="button"
        className="nbm-button"
        title={count > MOST_COMPARED ? `At most ${MOST_COMPARED} runs at once` : 'Compare the chosen runs (c)'}
        disabled={count < 2 || count > MOST_COMPARED}
        onClick={onCompare}
      >
        Compare{count > 1 ? ` ${count} runs` : ''}
      </button>
    </span>
  );
}

function Edits({ runs, deleted, onChange }: Pick<ActionsProps, 'deleted' | 'onChange'> & { runs: string }): ReactNode {
  return (
    <>
      <TagMenu onTag={(key, value) => onChange({ tags: { [key]: value } }, tagWords(runs, key, value))} />
      <NoteMenu onNote={note => onChange({ note }, note ? `${runs} noted` : `The note of ${runs} removed`)} />
      {deleted ? (
        <button type="button" className="nbm-button" onClick={() => onChange({ deleted: false }, `${runs} brought back`)}>
          Restore
        </button>
      ) : (
        <button
          type="button"
          className="nbm-button"
          title="Move to the bin"
          onClick={() => onChange({ deleted: true }, `${runs} moved to the bin`)}
        >
          Delete
        </button>
      )}
    </>
  );
}

function tagWords(runs: string, key: string, value: string | null): string {
  return value === null ? `The tag ${key} of ${runs} removed` : `${runs} tagged ${key} = ${value}`;
}

function TagMenu({ onTag }: { onTag(key: string, value: string | null): void }): ReactNode {
  return (
    <Menu label="Tag" title="Tag the chosen runs">
      {close => (
        <TagForm
          onTag={(key, value) => {
            onTag(key, value);
            close();
          }}
        />
      )}
    </Menu>
  );
}

function TagForm({ onTag }: { onTag(key: string, value: string | null): void }): ReactNode {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim()) {
      onTag(key.trim(), value.trim());
    }
  };
  return (
    <form className="nbm-form" onSubmit={submit}>
      <input
        className="nbm-field"
        aria-label="name of the tag"
        placeholder="tag, such as stage"
        value={key}
        autoFocus
        maxLength={250}
        onChange={event => setKey(event.target.value)}
      />
      <input
        className="nbm-field"
        aria-label="value of the tag"
        placeholder="value, such as candidate"
        value={value}
        onChange={event => setValue(event.target.value)}
      />
      <div className="nbm-form-foot">
        <button type="button" className="nbm-link" disabled={!key.trim()} onClick={() => onTag(key.trim(), null)}>
          remove this tag
        </button>
        <button type="submit" className="nbm-button" disabled={!key.trim()}>
          Set
        </button>
      </div>
    </form>
  );
}

function NoteMenu({ onNote }: { onNote(note: string): void }): ReactNode {
  return (
    <Menu label="Note" title="Note on the chosen runs">
      {close => (
        <NoteForm
          onNote={note => {
            onNote(note);
            close();
          }}
        />
      )}
    </Menu>
  );
}

function NoteForm({ onNote }: { onNote(note: string): void }): ReactNode {
  const [note, setNote] = useState('');
  return (
    <form
      className="nbm-form"
      onSubmit={event => {
        event.preventDefault();
        onNote(note.trim());
      }}
    >
      <textarea
        className="nbm-field"
        aria-label="note"
        placeholder="what is worth knowing of these runs"
        rows={4}
        value={note}
        autoFocus
        onChange={event => setNote(event.target.value)}
      />
      <div className="nbm-form-foot">
        <span className="nbm-faint nbm-small">{note.trim() ? 'replaces their notes' : 'empty: removes their notes'}</span>
        <button type="submit" className="nbm-button">
          {note.trim() ? 'Note' : 'Remove'}
        </button>
      </div>
    </form>
  );
}
