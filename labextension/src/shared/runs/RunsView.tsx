/** Runs side by side: which is best, what differed, may it be trusted. One glance first, the rest on demand. */

import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import { Marks } from '../parts/colours';
import { nameOf, proofColumns, sameParams, sameText, shownColumns } from './columns';
import { Comparison } from '../compare/Comparison';
import type { Query } from '../contract/queries';
import type { Row } from '../contract/rows';
import { Curves } from '../charts/Curves';
import { Details } from '../run/Details';
import { Filters } from './Filters';
import { countOf } from '../parts/numbers';
import { RunTable } from './RunTable';
import type { RunSource } from '../source';
import { queryOf, type Change, type ViewState } from './state';
import { Failure, NoneFit, NoRuns, Skeleton } from '../parts/States';
import { usePages, type Pages } from './usePages';

/** How many curves are drawn before anything is chosen. */
const UNCHOSEN = 5;

export interface RunsViewProps {
  source: RunSource;
  state: ViewState;
  change: Change;
  /** Which runs there are to choose from. */
  scope: Query;
  /** What they are: "experiment churn". */
  caption?: string;
  /** By id, why a run's metrics can't be ranked with the others': other test data. */
  apart?: Readonly<Record<string, string>>;
  /** What a reader must know first, each a sentence. */
  cautions?: readonly string[];
}

const NONE = {};

export function RunsView({
  source,
  state,
  change,
  scope,
  caption = '',
  apart = NONE,
  cautions = []
}: RunsViewProps): ReactNode {
  const query = queryOf(state, scope);
  const pages = usePages(source, query);
  const root = useRef<HTMLDivElement>(null);
  const where = useRef<HTMLInputElement>(null);
  const [panel, setPanel] = useState<{ kind: 'run'; id: string } | { kind: 'compare' } | null>(null);
  const lead = useRef(state.orderBy.replace(/^-/, '')).current;
  const proof = useMemo(() => proofColumns(pages.rows), [pages.rows]);
  const columns = useMemo(
    () => shownColumns(pages.columns, state.columns, lead, proof),
    [pages.columns, state.columns, lead, proof]
  );
  const shown = useMemo(() => columns.map(column => column.id), [columns]);
  const drawn = useDrawnRows(source, pages, state.selected);
  const marks = useMarks(drawn);
  const filtered = Boolean(state.where.trim() || state.text.trim());

  const focusTable = useCallback(() => root.current?.querySelector<HTMLElement>('[role=grid]')?.focus(), []);
  const compare = (): void => setPanel(state.selected.length > 1 ? { kind: 'compare' } : null);
  const close = (): void => {
    setPanel(null);
    focusTable();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const typing = (event.target as HTMLElement).matches('input:not([type=checkbox]), select, textarea');
    const does: Record<string, () => void> = {
      '/': () => where.current?.focus(),
      c: compare,
      Escape: () => (panel ? close() : state.selected.length && change({ selected: [] }))
    };
    const action = typing ? undefined : does[event.key];
    const chord = event.ctrlKey || event.metaKey || event.altKey;
    if (action && !chord) {
      event.preventDefault();
      action();
    }
    // A notebook in command mode takes single letters for commands: `c` would copy the cell.
    if (!chord && !(event.shiftKey && event.key === 'Enter')) {
      event.stopPropagation();
    }
  };

  const same = sameParams(pages.columns);
  return (
    <div ref={root} className="nbm-app" onKeyDown={onKeyDown}>
      <Heading caption={caption} pages={pages} state={state} onCompare={compare} onClear={() => change({ selected: [] })} />
      {cautions.map(text => (
        <p key={text} className="nbm-caution">
          {text}
        </p>
      ))}
      <Filters
        ref={where}
        state={state}
        infos={pages.columns}
        shown={shown}
        error={pages.error}
        change={change}
        leave={focusTable}
      />
      {pages.error && pages.error.code !== 'where' && <Failure error={pages.error} onRetry={pages.retry} />}
      {pages.empty ? (
        !pages.error && <Skeleton />
      ) : pages.rows.length ? (
        <RunTable
          rows={pages.rows}
          columns={columns}
          orderBy={state.orderBy}
          selected={state.selected}
          marks={marks}
          stale={pages.stale}
          apart={apart}
          onOrder={orderBy => change({ orderBy })}
          onSelect={selected => change({ selected })}
          onOpen={row => setPanel({ kind: 'run', id: row.id })}
          onNeed={pages.need}
        />
      ) : filtered ? (
        <NoneFit onClear={() => change({ where: '', text: '' })} />
      ) : (
        <NoRuns made={pages.made} />
      )}
      {same.length > 0 && (
        <details className="nbm-same">
          <summary>{countOf(same.length, 'parameter')} the same</summary>
          <p>{sameText(same)}</p>
        </details>
      )}
      {panel?.kind === 'run' && <Details source={source} id={panel.id} onClose={close} />}
      {panel?.kind === 'compare' && state.selected.length > 1 && (
        <Comparison source={source} ids={state.selected} onClose={close} marks={marks} />
      )}
      <Curves
        source={source}
        rows={drawn}
        infos={pages.columns}
        marks={marks}
        metric={state.metric}
        revision={pages.revision}
        change={change}
      />
    </div>
  );
}

interface HeadingProps {
  caption: string;
  pages: Pages;
  state: ViewState;
  onCompare(): void;
  onClear(): void;
}

function Heading({ caption, pages, state, onCompare, onClear }: HeadingProps): ReactNode {
  const chosen = state.selected.length;
  return (
    <div className="nbm-heading">
      <span>
        {!pages.empty && <strong>{countOf(pages.rows.length, 'run')}</strong>}
        {caption && <span className="nbm-faint"> {caption}</span>}
      </span>
      <span className="nbm-actions">
        {chosen > 0 && (
          <>
            <span className="nbm-faint">{chosen} chosen</span>
            <button type="button" className="nbm-link" title="Escape" onClick={onClear}>
              clear
            </button>
          </>
        )}
        <button type="button" className="nbm-button" title="c" disabled={chosen < 2} onClick={onCompare}>
          Compare{chosen > 1 ? ` ${chosen} runs` : ''}
        </button>
      </span>
    </div>
  );
}

/** The chosen runs, or the first of the table; those that are not in view are read by their ids. */
function useDrawnRows(source: RunSource, pages: Pages, selected: readonly string[]): readonly Row[] {
  const [apart, setApart] = useState<ReadonlyMap<string, Row>>(new Map());
  const inView = useMemo(
    () => new Map(pages.rows.flatMap(row => (row ? [[row.id, row] as const] : []))),
    [pages.rows]
  );
  const missing = selected.filter(id => !inView.has(id) && !apart.has(id)).join(' ');
  useEffect(() => {
    if (missing && !pages.empty) {
      source.ask('page', { query: { ids: missing.split(' '), limit: 500 } }).then(
        page => setApart(before => new Map([...before, ...page.rows.map(row => [row.id, row] as const)])),
        () => undefined // they are drawn when they come into view
      );
    }
  }, [source, missing, pages.empty]);
  return useMemo(() => {
    if (!selected.length) {
      return telling(pages).slice(0, UNCHOSEN);
    }
    return selected.flatMap(id => inView.get(id) ?? apart.get(id) ?? []);
  }, [selected, inView, apart, pages]);
}

/** The rows that have curves, where any has; else those that are known. */
function telling(pages: Pages): Row[] {
  const known = pages.rows.slice(0, 100).filter(row => row !== undefined);
  const curves = pages.columns.filter(info => info.group === 'metrics' && info.points > 1);
  const found = known.filter(row => curves.some(info => info.key in row.metrics));
  return found.length ? found : known;
}

function useMarks(rows: readonly Row[]): ReturnType<Marks['assign']> {
  const marks = useRef(new Marks());
  const ids = rows.map(row => row.id).join(' ');
  return useMemo(() => marks.current.assign(ids ? ids.split(' ') : []), [ids]);
}

/** For hosts that list runs with the same words as the table does. */
export { nameOf };
