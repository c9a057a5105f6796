/** A kept notebook, to be read: nothing of it runs. */

import { useState, type ReactNode } from 'react';

import type { CellFacts, OutputFacts } from '../contract/previews';
import { Code } from './Code';
import { Terminal } from './Terminal';

/** Before anything else in the document: whatever the HTML says, nothing is loaded from anywhere. */
const POLICY =
  '<!DOCTYPE html><meta http-equiv="Content-Security-Policy" ' +
  "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">" +
  '<style>body{font:13px system-ui,sans-serif;margin:8px;color:#1f2328;background:#fff}' +
  'table{border-collapse:collapse}td,th{padding:2px 8px;text-align:right;border-bottom:1px solid #ddd}</style>';

export function NotebookPreview({ cells }: { cells: readonly CellFacts[] }): ReactNode {
  return (
    <ol className="nbm-notebook">
      {cells.map((cell, at) => (
        <li key={at}>
          <span className="nbm-prompt nbm-faint">{cell.kind === 'code' ? `[${cell.count ?? ' '}]` : ''}</span>
          <div>
            {cell.kind === 'code' ? cell.source && <Code source={cell.source} label={`Cell ${at + 1}`} /> : <Prose text={cell.source} />}
            {cell.outputs.map((output, place) => (
              <Output key={place} output={output} />
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Markdown as it was written; a heading is set as one. */
function Prose({ text }: { text: string }): ReactNode {
  return (
    <div className="nbm-prose">
      {text.split('\n').map((line, at) => {
        const heading = /^(#{1,6})\s+(.*)$/.exec(line);
        return heading ? (
          <p key={at} className="nbm-prose-heading">
            {heading[2]}
          </p>
        ) : (
          <p key={at}>{line || '\u00a0'}</p>
        );
      })}
    </div>
  );
}

function Output({ output }: { output: OutputFacts }): ReactNode {
  switch (output.kind) {
    case 'image':
      return <img className="nbm-kept-picture" src={`data:${output.media_type};base64,${output.text}`} alt={output.plain || 'Output'} />;
    case 'html':
      return <Html output={output} />;
    default:
      return output.text.trim() ? <Terminal text={output.text} label={output.kind === 'error' ? 'Error' : 'Output'} /> : null;
  }
}

/** The text of an HTML output; the HTML itself when asked for, in a frame in which no script runs and nothing is loaded. */
function Html({ output }: { output: OutputFacts }): ReactNode {
  const [shown, setShown] = useState(false);
  return (
    <div>
      {shown ? (
        <iframe className="nbm-kept-page" sandbox="" referrerPolicy="no-referrer" title="HTML output" srcDoc={POLICY + output.text} />
      ) : (
        output.plain.trim() && <Terminal text={output.plain} label="Output" />
      )}
      <button type="button" className="nbm-link nbm-small nbm-html" onClick={() => setShown(!shown)}>
        {shown ? 'hide the HTML' : 'show as HTML'}
      </button>
    </div>
  );
}
