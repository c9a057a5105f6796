/** A comparison of nothing yet: how runs are chosen. */

import type { ReactNode } from 'react';

import { useHost } from '../host';

export function NothingChosen(): ReactNode {
  const { go } = useHost();
  return (
    <div className="nbm-app">
      <div className="nbm-empty">
        <p>No runs are chosen to compare.</p>
        <p className="nbm-faint">
          Choose two or more in the table, with the space bar or the boxes, then press <kbd>c</kbd>.
        </p>
        <button type="button" className="nbm-link" onClick={() => go?.({ view: 'runs', experiment: '' })}>
          Go to the runs
        </button>
      </div>
    </div>
  );
}
