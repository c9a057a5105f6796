/** Tables that somebody saved: opened, saved, removed. */

import { useCallback, useEffect, useState, type FormEvent, type ReactNode } from 'react';

import type { WireError } from '../contract/errors';
import type { SavedView } from '../contract/views';
import { asWireError, type RunSource } from '../source';
import { Menu } from './Menu';
import type { Change, ViewState } from './state';
import { isShown, stateOfView, viewOf, viewText } from './views';

export interface ViewMenuProps {
  source: RunSource;
  /** Of the runs that the table has to choose from, empty for those of all. */
  experiment: string;
  state: ViewState;
  change: Change;
}

export function ViewMenu(props: ViewMenuProps): ReactNode {
  return (
    <Menu label="Views" title="Saved views">
      {close => <Views {...props} close={close} />}
    </Menu>
  );
}

function Views({ source, experiment, state, change, close }: ViewMenuProps & { close(): void }): ReactNode {
  const [views, setViews] = useState<readonly SavedView[] | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [name, setName] = useState('');
  const read = useCallback(() => {
    source.ask('views', {}).then(
      found => {
        setViews(found.filter(view => !view.experiment || view.experiment === experiment));
        setError(null);
      },
      (reason: unknown) => setError(asWireError(reason))
    );
  }, [source, experiment]);
  useEffect(read, [read]);
  const act = (work: Promise<unknown>): void => {
    work.then(read, (reason: unknown) => setError(asWireError(reason)));
  };
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim()) {
      act(source.ask('save_view', { view: viewOf(name, experiment, state) }));
      setName('');
    }
  };
  const taken = views?.some(view => view.name === name.trim() && view.experiment === experiment);
  return (
    <>
      {views?.length === 0 && <p className="nbm-faint">No view is saved yet: filter, sort or group, then name it here.</p>}
      <ul>
        {views?.map(view => (
          <li key={`${view.experiment}\n${view.name}`} className="nbm-choice">
            <button
              type="button"
              className="nbm-menu-row"
              aria-pressed={isShown(view, state)}
              onClick={() => {
                change(stateOfView(view));
                close();
              }}
            >
              {view.name}
              <span className="nbm-faint nbm-small">{viewText(view)}</span>
            </button>
            <button
              type="button"
              className="nbm-remove"
              aria-label={`Remove the view ${view.name}`}
              title="Remove"
              onClick={() => act(source.ask('delete_view', { name: view.name, experiment: view.experiment }))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <form className="nbm-menu-head" onSubmit={save}>
        <input
          className="nbm-field"
          aria-label="name of the view"
          placeholder="save as"
          value={name}
          autoFocus
          maxLength={100}
          onChange={event => setName(event.target.value)}
        />
        <button type="submit" className="nbm-button" disabled={!name.trim()}>
          {taken ? 'Replace' : 'Save'}
        </button>
      </form>
      {error && (
        <p className="nbm-failure" role="alert">
          {error.message}
        </p>
      )}
    </>
  );
}
