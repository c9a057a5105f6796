/** Runs side by side: which is best, what differed, may it be trusted. One glance first, the rest on demand. */

import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import { Comparison } from '../compare/Comparison';
import type { Query } from '../contract/queries';
import type { Row } from '../contract/rows';
import { Marks } from '../parts/colours';
import { countOf, formatNumber } from '../parts/numbers';
import { Failure, NoneFit, NoRuns, Skeleton } from '../parts/States';
import { Details } from '../run/Details';
import { useHost } from '../host';
import type { RunSource } from '../source';
import { Actions } from './Actions';
import { Below } from './Below';
import { moved, nameOf, NAME_WIDTH, sameParams, sameText, shownColumns, sized, tellingColumns } from './columns';
import { nameOfLine, type Line } from './lines';
import { RunTable } from './RunTable';
import { queryOf, type Change, type ViewState } from './state';
import { Toast } from './Toast';
import { Toolbar } from './Toolbar';
import { useChanges } from './useChanges';
import { usePages, type Pages } from './usePages';
import { useSelection } from './useSelection';

/** How many curves are drawn before anything is chosen, and how many at most. */
const UNCHOSEN = 5;
const MOST_DRAWN = 60;
/** What tells whether a run has something to say is looked for in so many lines: columns shouldn't come by scrolling. */
const LOOKED_AT = 60;

export interface RunsViewProps {
  source: RunSource;
  state: ViewState;
  change: Change;
  /** Which runs there are to choose from. */
  scope: Query;
  /** What they are: "experiment churn". */
  caption?: string | undefined;
  /** By id, why a run's metrics can't be ranked with the others': other test data. */
  apart?: Readonly<Record<string, string>> | undefined;
  /** What a reader must know first, each a sentence. */
  cautions?: readonly string[] | undefined;
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
  const { kind, go } = useHost();
  const fixed = kind === 'report'; // it has neither a store to ask nor one to change
  const leads = kind === 'page' || kind === 'lab' ? go : undefined; // a widget has one output: it shows below the table
  const [opened, setOpened] = useState<readonly string[]>([]);
  const { query, pages, columns } = useTable(source, state, scope, opened);
  const root = useRef<HTMLDivElement>(null);
  const where = useRef<HTMLInputElement>(null);
  const [panel, setPanel] = useState<{ kind: 'run'; id: string } | { kind: 'compare' } | null>(null);
  const shown = useMemo(() => columns.map(column => column.id), [columns]);
  const onSelect = useCallback((selected: readonly string[]) => change({ selected }), [change]);
  const selection = useSelection(source, query, opened, pages.lines, state.selected, onSelect);
  const changes = useChanges(source);
  const drawn = useDrawnRows(source, pages, state.selected);
  const marks = useMarks(drawn);
  const filtered = Boolean(state.where.trim() || state.text.trim());

  const focusTable = useCallback(() => root.current?.querySelector<HTMLElement>('.nbm-table')?.focus(), []);
  const open = (id: string): void => (leads ? leads({ view: 'run', id }) : setPanel({ kind: 'run', id }));
  const compare = (): void => {
    if (state.selected.length < 2) {
      setPanel(null);
    } else if (leads) {
      leads({ view: 'compare', ids: state.selected, baseline: state.baseline });
    } else {
      setPanel({ kind: 'compare' });
    }
  };
  const close = (): void => {
    setPanel(null);
    focusTable();
  };
  const unfold = (line: Line): void => {
    const name = nameOfLine(line);
    setOpened(before => (before.includes(name) ? before.filter(other => other !== name) : [...before, name]));
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
      <div className="nbm-heading">
        <Count pages={pages} state={state} caption={caption} />
        <Actions
          selected={state.selected}
          deleted={state.deleted}
          fixed={fixed}
          onCompare={compare}
          onClear={() => change({ selected: [] })}
          onChange={(what, said) =>
            void changes
              .change(state.selected, what, said)
              .then(done => done && what.deleted !== undefined && change({ selected: [] }))
          }
        />
      </div>
      {cautions.map(text => (
        <p key={text} className="nbm-caution">
          {text}
        </p>
      ))}
      <Toolbar
        ref={where}
        source={source}
        experiment={scope.experiment ?? ''}
        state={state}
        infos={pages.columns}
        shown={shown}
        identical={pages.identical}
        fixed={fixed}
        error={pages.error}
        change={change}
        leave={focusTable}
      />
      {pages.error && pages.error.code !== 'where' && <Failure error={pages.error} onRetry={pages.retry} />}
      {pages.empty ? (
        !pages.error && <Skeleton />
      ) : pages.lines.length ? (
        <RunTable
          lines={pages.lines}
          runs={pages.runs}
          queryKey={pages.key}
          shift={pages.shift}
          columns={columns}
          nameWidth={state.widths.name ?? NAME_WIDTH}
          orderBy={state.orderBy}
          selection={selection}
          opened={opened}
          marks={marks}
          stale={pages.stale}
          apart={apart}
          onOrder={orderBy => change({ orderBy })}
          onOpen={row => open(row.id)}
          onUnfold={unfold}
          onNeed={pages.need}
          onWidth={(id, width) => change({ widths: withWidth(state.widths, id, width) })}
          onMove={(id, before) => change({ columns: moved(shown, id, before) })}
        />
      ) : filtered ? (
        <NoneFit onClear={() => change({ where: '', text: '' })} />
      ) : state.deleted ? (
        <div className="nbm-empty">
          <p>No run is in the bin.</p>
        </div>
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
        <Comparison
          source={source}
          ids={state.selected}
          baseline={state.baseline || null}
          onBaseline={baseline => change({ baseline })}
          onRemove={id => change({ selected: state.selected.filter(one => one !== id) })}
          onClose={close}
          marks={marks}
        />
      )}
      {panel?.kind !== 'compare' && (
        <Below
          source={source}
          rows={drawn}
          infos={pages.columns}
          marks={marks}
          metric={state.metric}
          revision={pages.revision}
          change={change}
          query={query}
          runs={pages.runs}
          selected={state.selected}
          onSelect={onSelect}
          fixed={fixed}
        />
      )}
      <Toast said={changes.said} onDismiss={changes.dismiss} />
    </div>
  );
}

function withWidth(
  widths: Readonly<Record<string, number>>,
  id: string,
  width: number | null
): Readonly<Record<string, number>> {
  const { [id]: _, ...rest } = widths;
  return width === null ? rest : { ...rest, [id]: Math.round(width) };
}

/** The query that a state asks for, its lines, and the columns to show of them. */
function useTable(
  source: RunSource,
  state: ViewState,
  scope: Query,
  opened: readonly string[]
): { query: Query; pages: Pages; columns: ReturnType<typeof sized> } {
  const [means, setMeans] = useState<readonly string[]>([]);
  const grouped = state.groupBy.length > 0;
  const asked = queryOf(state, scope);
  const query = grouped && means.length ? { ...asked, means: [...means] } : asked;
  const pages = usePages(source, query, opened);
  const lead = useRef(state.orderBy.replace(/^-/, '')).current;
  const telling = useMemo(() => tellingColumns(pages.rows.slice(0, LOOKED_AT)), [pages.rows]);
  const columns = useMemo(
    () => sized(shownColumns(pages.columns, state.columns, lead, telling), state.widths, grouped),
    [pages.columns, state.columns, lead, telling, state.widths, grouped]
  );
  // Which metrics are averaged follows from the columns, which follow from what was found.
  const wanted = columns.flatMap(column => (column.band === 'metrics' && column.info ? [column.info.key] : []));
  const key = wanted.join('\n');
  useEffect(() => setMeans(key ? key.split('\n') : []), [key]);
  return { query, pages, columns };
}

/** How many runs there are, and how the table shows them. */
function Count({ pages, state, caption }: { pages: Pages; state: ViewState; caption: string }): ReactNode {
  const grouped = state.groupBy.length > 0;
  // Runs of open groups have lines of their own.
  const groups = pages.lines.length - pages.lines.reduce((sum, line) => sum + (line?.group?.open ? line.group.runs : 0), 0);
  const folded = state.folded && !grouped && pages.identical > 0;
  return (
    <span>
      {!pages.empty && <strong>{countOf(pages.runs, 'run')}</strong>}
      {!pages.empty && grouped && <span className="nbm-faint"> in {countOf(groups, 'group')}</span>}
      {caption && <span className="nbm-faint"> {caption}</span>}
      {!pages.empty && state.deleted && <span className="nbm-faint"> in the bin</span>}
      {folded && <span className="nbm-faint">, {formatNumber(pages.identical)} identical folded</span>}
    </span>
  );
}

/** The chosen runs, or the first of the table; those that are not in view are read by their ids. */
function useDrawnRows(source: RunSource, pages: Pages, selected: readonly string[]): readonly Row[] {
  const [apart, setApart] = useState<ReadonlyMap<string, Row>>(new Map());
  const inView = useMemo(
    () => new Map(pages.rows.flatMap(row => (row ? [[row.id, row] as const] : []))),
    [pages.rows]
  );
  const missing = selected.slice(0, MOST_DRAWN).filter(id => !inView.has(id) && !apart.has(id)).join(' ');
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
    return selected.slice(0, MOST_DRAWN).flatMap(id => inView.get(id) ?? apart.get(id) ?? []);
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
