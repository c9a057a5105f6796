/** The keys, on a sheet that any of them opens: `?`. */

import { useEffect, useRef, type ReactNode } from 'react';

import { PLACES } from './keys';

const KEYS: readonly (readonly [string, string])[] = [
  ...PLACES.map(([key, name]) => [`g ${key}`, name] as const),
  ['/', 'find, or filter'],
  ['↑ ↓', 'move'],
  ['space', 'choose a run'],
  ['c', 'compare the chosen'],
  ['enter', 'open'],
  ['esc', 'close, or clear'],
  ['?', 'this sheet']
];

export function KeysHelp({ onClose }: { onClose(): void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="nbm-keys" aria-label="Keys" onClose={onClose} onClick={() => dialog.current?.close()}>
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map(one => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="nbm-button" autoFocus onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
