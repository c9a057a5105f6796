/** Where no run is yet: what this is, and what makes the first. */

import type { ReactNode } from 'react';

const CELL = `%load_ext nbmlops

%%track
model = RandomForestClassifier().fit(X_train, y_train)
accuracy = model.score(X_test, y_test)`;

export function Begin({ made }: { made: boolean }): ReactNode {
  return (
    <div className="nbm-begin">
      <h2>{made ? 'No run is recorded yet' : 'There is no store yet'}</h2>
      <p>
        A cell that begins with <code>%%track</code> leaves a run: its parameters, metrics, data, source and
        environment. Each experiment then has a line here, with its best run and whether it can be trusted.
      </p>
      <pre tabIndex={0}>{CELL}</pre>
      <p className="nbm-faint">
        To see it filled, in a terminal: <code>nbmlops demo</code>
      </p>
    </div>
  );
}
