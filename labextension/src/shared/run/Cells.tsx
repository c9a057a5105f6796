/** The run's own cell, and how it came about: earlier cells, what flows between them, modules, the lineage. */

import { useRef, useState, type ReactNode } from 'react';

import type { ModuleInfo, NeedInfo, RunDetails, SliceCellInfo } from '../contract/details';
import { useHost } from '../host';
import { countOf } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { shortened } from '../parts/values';
import { Code, Diff } from './Code';
import { LineagePicture } from './LineagePicture';
import { fileName } from './sizes';
import { useOwnAnswer } from '../parts/useAnswer';

export function Cells({ details }: { details: RunDetails }): ReactNode {
  const { slice, needs, row, git } = details;
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const list = useRef<HTMLOListElement>(null);
  const toggle = (at: number): void =>
    setOpen(before => new Set(before.has(at) ? [...before].filter(one => one !== at) : [...before, at]));
  const show = (at: number): void => {
    setOpen(before => new Set([...before, at]));
    window.setTimeout(() => list.current?.children[at]?.scrollIntoView({ block: 'center', behavior: 'smooth' }), 0);
  };
  if (!details.source && !slice.length) {
    return <p className="nbm-faint">The run was begun outside of a cell: its source is not known.</p>;
  }
  const mark = row.execution_count === null ? '' : `[${row.execution_count}]`;
  return (
    <>
      <Lineage id={row.id} onCell={show} />
      {slice.length > 0 && (
        <section aria-label="Earlier cells">
          <h3>
            Depends on {countOf(slice.length, 'earlier cell')}
            <button
              type="button"
              className="nbm-link nbm-beside"
              onClick={() => setOpen(open.size < slice.length ? new Set(slice.keys()) : new Set())}
            >
              {open.size < slice.length ? 'open all' : 'close all'}
            </button>
          </h3>
          <ol ref={list} className="nbm-cells">
            {slice.map((cell, at) => (
              <Earlier key={at} cell={cell} cells={slice} open={open.has(at)} toggle={() => toggle(at)} onCell={show} />
            ))}
          </ol>
        </section>
      )}
      {details.source && (
        <section aria-label="The cell itself">
          <h3>
            The cell itself <code className="nbm-faint">{mark}</code>
          </h3>
          <Needs needs={needs} cells={slice} onCell={show} />
          <Code source={details.source} label="The cell’s source" />
        </section>
      )}
      {details.modules.length > 0 && <Modules modules={details.modules} />}
      {git && (
        <section aria-label="Commit">
          <h3>Commit</h3>
          <p>
            <code>{git.commit}</code>
            {git.branch && <span className="nbm-faint"> on {git.branch}</span>}
            {git.dirty && <span className="nbm-doubt"> with changes that were not committed</span>}
            {git.remote && <span className="nbm-faint"> {shortened(git.remote, 90)}</span>}
          </p>
        </section>
      )}
    </>
  );
}

function Lineage({ id, onCell }: { id: string; onCell(at: number): void }): ReactNode {
  const { source } = useHost();
  const { answer, error } = useOwnAnswer(source, 'lineage', { run_id: id });
  if (error) {
    return <Failure error={error} />;
  }
  return (
    <section aria-label="Lineage">
      <h3>
        How it came about {answer && <span className="nbm-faint nbm-beside">{answer.counts}</span>}
      </h3>
      {answer ? <LineagePicture picture={answer} onCell={onCell} /> : <Skeleton lines={5} />}
    </section>
  );
}

interface EarlierProps {
  cell: SliceCellInfo;
  cells: readonly SliceCellInfo[];
  open: boolean;
  toggle(): void;
  onCell(at: number): void;
}

function Earlier({ cell, cells, open, toggle, onCell }: EarlierProps): ReactNode {
  return (
    <li>
      <button type="button" className="nbm-cell-line" aria-expanded={open} onClick={toggle}>
        <span className="nbm-cell-twist" aria-hidden="true">
          {open ? '▾' : '▸'}
        </span>
        <code className="nbm-faint">{cell.mark}</code> <code className="nbm-first">{shortened(cell.first, 110)}</code>
        {cell.failed && <span className="nbm-doubt">failed</span>}
        <span className="nbm-faint nbm-reason">{cell.reason}</span>
      </button>
      {open && (
        <div className="nbm-cell-body">
          <Needs needs={cell.needs} cells={cells} onCell={onCell} />
          <Files label="reads" paths={cell.reads} />
          <Files label="writes" paths={cell.writes} />
          {cell.failed && <p className="nbm-faint">It ended with an exception; what it had done until then counts.</p>}
          {cell.masked && <p className="nbm-faint">A secret stood in it, and was masked.</p>}
          <Code source={cell.source} label={`Cell ${cell.mark}`} />
        </div>
      )}
    </li>
  );
}

/** The names that flow in, each with the cell that it comes from. */
function Needs({ needs, cells, onCell }: { needs: readonly NeedInfo[]; cells: readonly SliceCellInfo[]; onCell(at: number): void }): ReactNode {
  if (!needs.length) {
    return null;
  }
  return (
    <p className="nbm-needs">
      <span className="nbm-faint">takes</span>
      {needs.map(need => (
        <span key={need.cell}>
          <code title={need.names.join(', ').slice(0, 2000)}>{need.names.map(plainName).slice(0, 8).join(', ')}</code>
          {need.names.length > 8 && <span className="nbm-faint"> and {need.names.length - 8} more</span>}
          <span className="nbm-faint"> from </span>
          <button type="button" className="nbm-link" onClick={() => onCell(need.cell)}>
            {cells[need.cell]?.mark ?? '?'}
          </button>
        </span>
      ))}
    </p>
  );
}

/** `file /long/way/data.csv` by its name alone. */
function plainName(name: string): string {
  return name.startsWith('file ') ? fileName(name) : shortened(name, 40);
}

function Files({ label, paths }: { label: string; paths: readonly string[] }): ReactNode {
  return (
    paths.length > 0 && (
      <p className="nbm-needs">
        <span className="nbm-faint">{label}</span>
        {paths.slice(0, 12).map(path => (
          <code key={path} title={path}>
            {shortened(fileName(path), 60)}
          </code>
        ))}
        {paths.length > 12 && <span className="nbm-faint">and {paths.length - 12} more</span>}
      </p>
    )
  );
}

function Modules({ modules }: { modules: readonly ModuleInfo[] }): ReactNode {
  return (
    <section aria-label="Modules">
      <h3>{countOf(modules.length, 'module')} of your own</h3>
      {modules.map(module => (
        <details key={module.path} className="nbm-rest">
          <summary title={module.path}>
            <code>{module.name}</code> <span className="nbm-faint">{shortened(module.path, 80)}</span>
            {module.changed && <span className="nbm-doubt"> changed since the commit</span>}
          </summary>
          {module.diff ? <Diff text={module.diff} /> : <p className="nbm-faint">As in the commit, or in no repository.</p>}
        </details>
      ))}
    </section>
  );
}
