/** A run's tags, to be added to and taken away. */

import { useState, type KeyboardEvent, type ReactNode } from 'react';

import { useHost } from '../host';
import { shortened } from '../parts/values';
import { asWireError } from '../source';
import { changeRun } from './edit';

export function Tags({ id, tags }: { id: string; tags: Readonly<Record<string, string>> }): ReactNode {
  const { source, kind } = useHost();
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState('');
  const set = (key: string, value: string | null): void => {
    changeRun(source, id, { tags: { [key]: value } }).then(
      () => {
        setDraft(null);
        setError('');
      },
      (reason: unknown) => setError(asWireError(reason).message)
    );
  };
  const add = (): void => {
    const [key = '', ...rest] = (draft ?? '').split('=');
    if (key.trim()) {
      set(key.trim(), rest.join('=').trim());
    } else {
      setDraft(null);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Enter') {
      add();
    } else if (event.key === 'Escape') {
      setDraft(null);
    }
  };
  return (
    <span className="nbm-tags">
      {Object.entries(tags).map(([key, value]) => (
        <span key={key} className="nbm-tag" title={`${key} = ${value.slice(0, 500)}`}>
          {shortened(key, 30)}
          {value && <b> {shortened(value, 40)}</b>}
          {kind !== 'report' && (
            <button type="button" className="nbm-link" aria-label={`Remove the tag ${key}`} onClick={() => set(key, null)}>
              ×
            </button>
          )}
        </span>
      ))}
      {kind === 'report' ? null : draft === null ? (
        <button type="button" className="nbm-link" onClick={() => setDraft('')}>
          add a tag
        </button>
      ) : (
        <input
          autoFocus
          className="nbm-field nbm-tag-field"
          aria-label="New tag, key=value"
          placeholder="key=value"
          value={draft}
          onChange={event => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          onBlur={add}
        />
      )}
      {error && (
        <span className="nbm-failure" role="alert">
          {error}
        </span>
      )}
    </span>
  );
}
