/** What differs between chosen runs: parameters, data, source. nbmlops itself makes and escapes the markup. */

import { useEffect, useState, type ReactNode } from 'react';

import type { WireError } from '../contract/errors';
import { asWireError, type RunSource } from '../source';
import { Failure, Skeleton } from '../parts/States';

export interface ComparisonProps {
  source: RunSource;
  ids: readonly string[];
  onClose(): void;
}

export function Comparison({ source, ids, onClose }: ComparisonProps): ReactNode {
  const [html, setHtml] = useState<string | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const key = ids.join(' ');
  useEffect(() => {
    let current = true;
    source.ask('comparison', { ids: key.split(' ') }).then(
      found => {
        if (current) {
          setHtml(found.html);
          setError(null);
        }
      },
      (reason: unknown) => current && setError(asWireError(reason))
    );
    return () => {
      current = false;
    };
  }, [source, key]);
  return (
    <section className="nbm-panel" aria-label="Comparison">
      <button type="button" className="nbm-close" title="Close (Escape)" onClick={onClose}>
        Close
      </button>
      {error && <Failure error={error} />}
      {!error && html === null && <Skeleton />}
      {html !== null && <div dangerouslySetInnerHTML={{ __html: html }} />}
    </section>
  );
}
