/** What the cell gave back, printed, warned of, and how it failed. */

import type { ReactNode } from 'react';

import type { RunDetails } from '../contract/details';
import { countOf } from '../parts/numbers';
import { LongText } from './LongText';
import { Terminal } from './Terminal';

export function Output({ details }: { details: RunDetails }): ReactNode {
  const { result, stdout, stderr, warnings, traceback } = details;
  if (!(result || stdout.trim() || stderr.trim() || warnings.length || traceback)) {
    return <p className="nbm-faint">The cell printed nothing, and its last line had no value.</p>;
  }
  return (
    <>
      {traceback && (
        <section aria-label="Traceback">
          <h3>Traceback</h3>
          <Terminal text={traceback} label="Traceback" />
        </section>
      )}
      {result && (
        <section aria-label="Value of the last line">
          <h3>Value of the last line</h3>
          <Terminal text={result} label="Value of the last line" />
        </section>
      )}
      {stdout.trim() && (
        <section aria-label="Printed">
          <h3>Printed</h3>
          <Terminal text={stdout} label="Printed" />
        </section>
      )}
      {stderr.trim() && (
        <section aria-label="Printed to standard error">
          <h3>Printed to standard error</h3>
          <Terminal text={stderr} label="Printed to standard error" />
        </section>
      )}
      {warnings.length > 0 && (
        <section aria-label="Warnings">
          <h3>{countOf(warnings.length, 'warning')}</h3>
          <ul className="nbm-warnings">
            {warnings.map((text, at) => (
              <li key={at}>
                <LongText text={text} most={600} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
