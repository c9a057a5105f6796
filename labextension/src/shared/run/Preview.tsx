/** An artifact, looked at. Nothing of it is ever run: pictures stand in `img`, all else is text. */

import { useMemo, type ReactNode } from 'react';

import type { FactLine, FileFacts, Preview as Shown } from '../contract/previews';
import { useHost } from '../host';
import { Failure, Skeleton } from '../parts/States';
import { shortened } from '../parts/values';
import { Code } from './Code';
import { JsonTree } from './JsonTree';
import { NotebookPreview } from './NotebookPreview';
import { formatBytes } from './sizes';
import { TablePreview } from './TablePreview';
import { Terminal } from './Terminal';
import { useOwnAnswer } from '../parts/useAnswer';

export interface PreviewProps {
  id: string;
  name: string;
  path: string | null;
  onPath(path: string): void;
}

export function Preview({ id, name, path, onPath }: PreviewProps): ReactNode {
  const { source } = useHost();
  const args = path === null ? { run_id: id, name } : { run_id: id, name, path };
  const { answer, error, retry } = useOwnAnswer(source, 'preview', args);
  if (error) {
    return <Failure error={error} onRetry={retry} />;
  }
  if (!answer) {
    return <Skeleton lines={6} />;
  }
  return (
    <div className="nbm-preview">
      {answer.facts.length > 0 && <Facts facts={answer.facts} />}
      <Body shown={answer} onPath={onPath} />
      {answer.cut && <p className="nbm-faint nbm-small">There is more than is shown here.</p>}
      {answer.note && <p className="nbm-faint">{answer.note}</p>}
    </div>
  );
}

function Body({ shown, onPath }: { shown: Shown; onPath(path: string): void }): ReactNode {
  switch (shown.kind) {
    case 'image':
      return <img className="nbm-kept-picture" src={`data:${shown.media_type};base64,${shown.text}`} alt={shown.path || shown.name} />;
    case 'table':
      return shown.table && <TablePreview table={shown.table} />;
    case 'notebook':
      return <NotebookPreview cells={shown.cells} />;
    case 'json':
      return <JsonPreview text={shown.text} />;
    case 'text':
      return /\.py$/.test(shown.path || shown.name) ? <Code source={shown.text} /> : <Terminal text={shown.text} label={shown.path || shown.name} />;
    case 'folder':
      return <Folder files={shown.files} onPath={onPath} />;
    default:
      return null;
  }
}

function JsonPreview({ text }: { text: string }): ReactNode {
  const value = useMemo<{ found: unknown } | null>(() => {
    try {
      return { found: JSON.parse(text) as unknown };
    } catch {
      return null;
    }
  }, [text]);
  return value ? <JsonTree value={value.found} /> : <Terminal text={text} label="JSON" />;
}

function Facts({ facts }: { facts: readonly FactLine[] }): ReactNode {
  return (
    <dl className="nbm-known">
      {facts.map(fact => (
        <div key={fact.name}>
          <dt>{shortened(fact.name, 40)}</dt>
          <dd>{fact.text.slice(0, 2000)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Folder({ files, onPath }: { files: readonly FileFacts[]; onPath(path: string): void }): ReactNode {
  return (
    <table className="nbm-plain nbm-files">
      <tbody>
        {files.map(file => (
          <tr key={file.path}>
            <th scope="row">
              <button type="button" className="nbm-link" onClick={() => onPath(file.path)}>
                {shortened(file.path, 90)}
              </button>
            </th>
            <td>{formatBytes(file.size)}</td>
            <td>
              <code className="nbm-faint">{file.digest.slice(0, 8)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
