/** What can be done with a run: take it up in code, open its cell, do it again, take it along, compare it. */

import { useState, type ReactNode } from 'react';

import type { RunDetails } from '../contract/details';
import type { Snippet } from '../contract/doing';
import type { Standing } from '../contract/standing';
import { useHost } from '../host';
import { copyText } from '../parts/copy';
import { CopyButton } from '../parts/CopyButton';
import { Menu, type MenuItem } from '../parts/Menu';
import { formatNumber } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { asNumber, shortened } from '../parts/values';
import { asWireError } from '../source';
import { Code } from './Code';
import { saveText } from './save';
import { fileName } from './sizes';
import { Reproduce } from './Reproduce';
import { useOwnAnswer } from '../parts/useAnswer';

export function Actions({ details, standing }: { details: RunDetails; standing: Standing | null }): ReactNode {
  const { openCell, source } = useHost();
  const [code, setCode] = useState(false);
  const [said, setSaid] = useState('');
  const { row } = details;
  const cell = row.notebook && row.cell_id ? { notebook: row.notebook, id: row.cell_id } : null;
  const toCell = (): void => {
    if (!cell) {
      return;
    }
    if (openCell) {
      openCell(cell.notebook, cell.id);
      return;
    }
    const count = row.execution_count === null ? '' : ` [${row.execution_count}]`;
    void copyText(`${cell.notebook}${count}`).then(() => setSaid(`Copied: ${fileName(cell.notebook)}${count}`));
  };
  const download = (): void => {
    source.ask('slice_notebook', { run_id: row.id }).then(
      found => saveText(found.name, JSON.stringify(found.notebook, null, 1), 'application/x-ipynb+json'),
      (reason: unknown) => setSaid(asWireError(reason).message)
    );
  };
  return (
    <>
      <div className="nbm-run-actions">
        <button type="button" className="nbm-button" aria-expanded={code} onClick={() => setCode(!code)}>
          Copy as code
        </button>
        {cell && (
          <button
            type="button"
            className="nbm-button"
            title={openCell ? undefined : 'Copies the path of the notebook and the number of the cell'}
            onClick={toCell}
          >
            {openCell ? 'Open the cell' : 'Copy the cell’s place'}
          </button>
        )}
        {details.source && <Reproduce id={row.id} />}
        {details.source && (
          <Menu
            label="Export"
            items={[{ label: 'Its cells as a notebook', note: 'what it depended on, in the order in which it ran', onSelect: download }]}
          >
            {row.notebook?.endsWith('.ipynb') && (
              <div className="nbm-item-text">
                The notebook as a package:
                <Command text={`nbmlops export ${quoted(fileName(row.notebook))}`} />
              </div>
            )}
          </Menu>
        )}
        <Against id={row.id} standing={standing} />
        {said && (
          <span className="nbm-faint nbm-small" role="status">
            {said}
          </span>
        )}
      </div>
      {code && <Snippets id={row.id} />}
    </>
  );
}

/** A command to copy. */
export function Command({ text }: { text: string }): ReactNode {
  return (
    <span className="nbm-command">
      <code>{text}</code> <CopyButton text={text} what="copy" />
    </span>
  );
}

/** As a shell takes it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

function Against({ id, standing }: { id: string; standing: Standing | null }): ReactNode {
  const { go } = useHost();
  const items = go && standing ? others(id, standing, with_ => go({ view: 'compare', ids: [with_, id] })) : [];
  return items.length > 0 && <Menu label="Compare with" items={items} />;
}

interface Other {
  id: string;
  name: string;
  value: Standing['siblings'][number]['value'];
}

/** Each run once, with all that it is to this one. */
function others(id: string, standing: Standing, compare: (other: string) => void): MenuItem[] {
  const found = new Map<string, { other: Other; labels: string[] }>();
  const add = (label: string, other: Other | undefined | null): void => {
    if (other && other.id !== id) {
      const known = found.get(other.id) ?? { other, labels: [] };
      known.labels.push(label);
      found.set(other.id, known);
    }
  };
  const here = standing.siblings.findIndex(one => one.id === id);
  standing.best.slice(0, 4).forEach(best => add(`the best by ${best.key}`, best));
  if (here >= 0) {
    add('the run before', standing.siblings[here - 1]);
    add('the run after', standing.siblings[here + 1]);
  }
  add('the run that it is a part of', standing.parent);
  return [...found.values()].map(({ other, labels }) => ({
    label: shortened(labels.join(', '), 80),
    note: `${shortened(other.name, 40)} ${other.id.slice(0, 8)}${other.value === null ? '' : `, ${formatNumber(asNumber(other.value), 4)}`}`,
    onSelect: () => compare(other.id)
  }));
}

function Snippets({ id }: { id: string }): ReactNode {
  const { source } = useHost();
  const { answer, error } = useOwnAnswer(source, 'code', { run_id: id });
  if (error) {
    return <Failure error={error} />;
  }
  if (!answer) {
    return <Skeleton lines={3} />;
  }
  return (
    <section className="nbm-snippets" aria-label="Code">
      {answer.map(snippet => (
        <OneSnippet key={snippet.title} snippet={snippet} />
      ))}
    </section>
  );
}

function OneSnippet({ snippet }: { snippet: Snippet }): ReactNode {
  return (
    <div>
      <h4>{snippet.title}</h4>
      {snippet.language === 'python' ? <Code source={snippet.code} label={snippet.title} /> : <Command text={snippet.code} />}
    </div>
  );
}
