/** The first rows of a table. */

import { useRef, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';

import type { TableFacts } from '../contract/previews';
import { countOf, formatNumber } from '../parts/numbers';
import { shortened } from '../parts/values';

const ROW = 24;
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^(nan|inf|-inf)$/i;

export function TablePreview({ table }: { table: TableFacts }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({ count: table.rows.length, getScrollElement: () => box.current, estimateSize: () => ROW, overscan: 12 });
  const numeric = table.columns.map((_, at) => table.rows.every(row => !row[at] || NUMBER.test(row[at] ?? '')));
  const widths = table.columns.map((name, at) => widthOf(name, table.rows.map(row => row[at] ?? '')));
  const style = { gridTemplateColumns: widths.map(width => `${width}px`).join(' ') };
  const beyond = table.total === null ? 'the first rows' : table.total > table.rows.length ? `of ${countOf(table.total, 'row')}` : '';
  return (
    <>
      <div ref={box} className="nbm-grid" role="table" aria-rowcount={table.rows.length + 1} aria-label="Rows" tabIndex={0}>
        <div className="nbm-grid-row nbm-grid-head" role="row" style={style}>
          {table.columns.map((name, at) => (
            <span key={at} role="columnheader" className={numeric[at] ? 'nbm-number' : ''} title={`${name}\n${table.dtypes[at] ?? ''}`}>
              {shortened(name, 40)}
            </span>
          ))}
        </div>
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map(item => (
            <div key={item.key} className="nbm-grid-row" role="row" style={{ ...style, position: 'absolute', top: item.start, height: ROW }}>
              {table.rows[item.index]?.map((value, at) => (
                <span key={at} role="cell" className={numeric[at] ? 'nbm-number' : ''} title={value.length > 24 ? value : undefined}>
                  {value}
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
      <p className="nbm-faint nbm-small">
        {formatNumber(table.rows.length)} {beyond || (table.rows.length === 1 ? 'row' : 'rows')}, {countOf(table.columns.length, 'column')}
      </p>
    </>
  );
}

function widthOf(name: string, values: readonly string[]): number {
  const chars = values.slice(0, 40).reduce((most, value) => Math.max(most, value.length), name.length);
  return Math.min(300, Math.max(60, chars * 8.1 + 26));
}
