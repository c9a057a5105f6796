/** JSON as a tree: what is deep is folded. */

import { useState, type ReactNode } from 'react';

import { shortened } from '../parts/values';
import { LongText } from './LongText';

const OPEN_DEPTH = 2;
const MOST_ITEMS = 100;

export function JsonTree({ value }: { value: unknown }): ReactNode {
  return (
    <div className="nbm-json">
      <Node name="" value={value} depth={0} />
    </div>
  );
}

function Node({ name, value, depth }: { name: string; value: unknown; depth: number }): ReactNode {
  const [all, setAll] = useState(false);
  const label = name && <span className="nbm-json-key">{shortened(name, 60)}: </span>;
  if (value === null || typeof value !== 'object') {
    return (
      <div className="nbm-json-leaf">
        {label}
        <Leaf value={value} />
      </div>
    );
  }
  const items = Array.isArray(value) ? value.map((item, at) => [String(at), item] as const) : Object.entries(value);
  const brackets = Array.isArray(value) ? `[${items.length}]` : `{${items.length}}`;
  if (!items.length) {
    return (
      <div className="nbm-json-leaf">
        {label}
        <span className="nbm-faint">{brackets}</span>
      </div>
    );
  }
  return (
    <details className="nbm-json-node" open={depth < OPEN_DEPTH}>
      <summary>
        {label}
        <span className="nbm-faint">{brackets}</span>
      </summary>
      {items.slice(0, all ? undefined : MOST_ITEMS).map(([key, item]) => (
        <Node key={key} name={key} value={item} depth={depth + 1} />
      ))}
      {items.length > MOST_ITEMS && !all && (
        <button type="button" className="nbm-link" onClick={() => setAll(true)}>
          show all {items.length}
        </button>
      )}
    </details>
  );
}

function Leaf({ value }: { value: unknown }): ReactNode {
  if (typeof value === 'string') {
    return (
      <span className="nbm-py-string">
        <LongText text={JSON.stringify(value)} most={300} />
      </span>
    );
  }
  return <span className={typeof value === 'number' ? 'nbm-py-number' : 'nbm-py-keyword'}>{String(value)}</span>;
}
