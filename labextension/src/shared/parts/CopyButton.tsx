/** Copies a text, and says that it did. */

import { useState, type ReactNode } from 'react';

import { copyText } from './copy';

const SAID_MS = 1200;

export function CopyButton({ text, what = 'Copy', title }: { text: string; what?: string; title?: string }): ReactNode {
  const [said, setSaid] = useState('');
  const copy = (): void => {
    void copyText(text).then(done => {
      setSaid(done ? 'Copied' : 'Not copied');
      window.setTimeout(() => setSaid(''), SAID_MS);
    });
  };
  return (
    <button type="button" className="nbm-link nbm-copy" title={title} onClick={copy} aria-live="polite">
      {said || what}
    </button>
  );
}
