/** The panel: the runs of the open notebook, then what else the store has. */

import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import type { Query } from '../shared/contract/queries';
import type { Row } from '../shared/contract/rows';
import { useHost } from '../shared/host';
import { countOf } from '../shared/parts/numbers';
import { Failure, NoneFit, NoRuns, Skeleton } from '../shared/parts/States';
import { usePages } from '../shared/runs/usePages';
import { OtherRuns } from './OtherRuns';
import { RunItems } from './RunItems';

const STRETCH = 100;

export interface RunListProps {
  /** Which runs; null where no notebook is open. */
  scope: Query | null;
  /** The notebook's name. */
  caption: string;
  /** Cells of the notebook that is open. */
  cells: ReadonlySet<string>;
  /** Whether runs of other notebooks are listed too. */
  others: boolean;
  /** A run to show in full from the start. */
  shown: string | null;
  /** Shows a cell. */
  onCell(id: string): void;
  /** Shows the same runs as a table. */
  onTable(): void;
}

/** Of no notebook: no run has such an id. */
const NONE: Query = { ids: [] };

export function RunList({ scope, caption, cells, others, shown, onCell, onTable }: RunListProps): ReactNode {
  const { source, go } = useHost();
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string | null>(shown);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const words = useSettled(text);
  const query = useMemo(() => worded(scope ?? NONE, words), [scope, words]);
  const pages = usePages(source, query);
  const elsewhere = usePages(source, useMemo(() => worded(others || !scope ? {} : NONE, words), [others, scope, words]));
  const now = useNow();
  const root = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const known = pages.rows.filter((row): row is Row => row !== undefined);
  const ids = new Set(known.map(row => row.id));
  useEffect(() => setOpen(shown), [shown]);

  const choose = (id: string): void =>
    setChosen(before => (before.includes(id) ? before.filter(one => one !== id) : [...before, id]));
  const compare = (): void => {
    if (chosen.length > 1) {
      go?.({ view: 'compare', ids: chosen });
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const does = keyOf(event, {
      typing: event.target === field.current,
      find: () => field.current?.focus(),
      clear: open !== null || text || chosen.length ? () => [setOpen(null), setText(''), setChosen([])] : undefined,
      move: by => moveFocus(root.current, by),
      choose: id => choose(id),
      compare,
      page: id => go?.({ view: 'run', id })
    });
    if (does) {
      does();
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const items = {
    source, now, chosen, open,
    onChoose: choose,
    onOpen: setOpen,
    onPage: (id: string) => go?.({ view: 'run', id }),
    onCell
  }; // prettier-ignore

  return (
    <div ref={root} className="nbm-app nbm-list" onKeyDown={onKeyDown} data-lm-suppress-shortcuts="true">
      <div className="nbm-list-head">
        <strong title={caption}>{caption}</strong>
        <span className="nbm-faint">{pages.empty || !scope ? '' : countOf(pages.rows.length, 'run')}</span>
        <button type="button" className="nbm-link" disabled={!known.length} onClick={onTable}>
          Table
        </button>
        <button type="button" className="nbm-link" onClick={() => go?.({ view: 'home' })}>
          Home
        </button>
      </div>
      <input
        ref={field}
        className="nbm-field"
        type="search"
        value={text}
        placeholder="Find a run"
        aria-label="Find in names, tags and parameters"
        onChange={event => setText(event.target.value)}
      />
      {chosen.length > 0 && (
        <div className="nbm-list-bar" role="status">
          <button type="button" className="nbm-button" title="c" disabled={chosen.length < 2} onClick={compare}>
            Compare{chosen.length > 1 ? ` ${chosen.length} runs` : ''}
          </button>
          {chosen.length === 1 && <span className="nbm-faint">1 chosen</span>}
          <button type="button" className="nbm-link" title="Escape" onClick={() => setChosen([])}>
            clear
          </button>
        </div>
      )}
      {pages.error && <Failure error={pages.error} onRetry={pages.retry} />}
      <div className="nbm-list-body">
        {pages.empty ? (
          !pages.error && <Skeleton lines={8} />
        ) : !scope ? (
          elsewhere.rows.length === 0 && !elsewhere.empty && <NoRuns made={elsewhere.made} />
        ) : !pages.rows.length ? (
          words ? (
            <NoneFit onClear={() => setText('')} />
          ) : (
            <NoRuns made={pages.made} />
          )
        ) : (
          <ul className={pages.stale ? 'nbm-stale' : ''} aria-label={`Runs of ${caption}`}>
            <RunItems {...items} cells={cells} rows={known} columns={pages.columns} />
            {known.length < pages.rows.length && (
              <li className="nbm-list-more">
                <button
                  type="button"
                  className="nbm-link"
                  onClick={() => pages.need(known.length, known.length + STRETCH - 1)}
                >
                  Show {Math.min(STRETCH, pages.rows.length - known.length)} more
                </button>
              </li>
            )}
          </ul>
        )}
        {!pages.empty && (
          <OtherRuns
            {...items}
            pages={elsewhere}
            known={ids}
            onExperiment={experiment => go?.({ view: 'runs', experiment })}
          />
        )}
      </div>
    </div>
  );
}

function worded(scope: Query, words: string): Query {
  return words ? { ...scope, text: words } : scope;
}

interface Keys {
  typing: boolean;
  find(): void;
  clear: (() => void) | undefined;
  move(by: number): void;
  choose(id: string): void;
  compare(): void;
  page(id: string): void;
}

/** What a key does; undefined where it does nothing here. */
function keyOf(event: KeyboardEvent, keys: Keys): (() => void) | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return undefined;
  }
  const always: Record<string, (() => void) | undefined> = {
    Escape: keys.clear,
    ArrowDown: () => keys.move(1),
    ArrowUp: () => keys.move(-1)
  };
  const id = idOf(event.target);
  const elsewhere: Record<string, (() => void) | undefined> = {
    '/': keys.find,
    c: keys.compare,
    o: id ? () => keys.page(id) : undefined,
    ' ': id && isName(event.target) ? () => keys.choose(id) : undefined
  };
  return always[event.key] ?? (keys.typing ? undefined : elsewhere[event.key]);
}

function isName(target: EventTarget): boolean {
  return target instanceof Element && target.matches('.nbm-list-name');
}

/** The run whose line holds an element. */
function idOf(target: EventTarget): string {
  return (target instanceof Element && target.closest<HTMLElement>('li[data-run]')?.dataset.run) || '';
}

function moveFocus(list: HTMLElement | null, by: number): void {
  const names = [...(list?.querySelectorAll<HTMLElement>('.nbm-list-name') ?? [])];
  const at = names.indexOf(document.activeElement as HTMLElement);
  names[Math.max(0, Math.min(names.length - 1, at + by))]?.focus();
}

/** A text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text.trim()), 150);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now() / 1000), 10_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
