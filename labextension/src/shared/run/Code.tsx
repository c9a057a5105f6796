/** Source code, coloured. */

import { useMemo, type ReactNode } from 'react';

import { CopyButton } from '../parts/CopyButton';
import { tokensOf } from './python';

export function Code({ source, label }: { source: string; label?: string }): ReactNode {
  const tokens = useMemo(() => tokensOf(source.replace(/\s+$/, '')), [source]);
  return (
    <div className="nbm-code-box">
      <pre className="nbm-source" tabIndex={0} aria-label={label ?? 'Source'}>
        <code>
          {tokens.map((token, at) =>
            token.kind === 'plain' ? token.text : <span key={at} className={`nbm-py-${token.kind}`}>{token.text}</span>
          )}
        </code>
      </pre>
      <CopyButton text={source} />
    </div>
  );
}

/** A difference, as git prints it. */
export function Diff({ text }: { text: string }): ReactNode {
  return (
    <pre className="nbm-source" tabIndex={0} aria-label="Difference">
      {text.split('\n').map((line, at) => (
        <span key={at} className={lookOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

function lookOf(line: string): string | undefined {
  if (/^(\+\+\+|---|diff |index |@@)/.test(line)) {
    return 'nbm-faint';
  }
  return line.startsWith('+') ? 'nbm-diff-new' : line.startsWith('-') ? 'nbm-diff-old' : undefined;
}
