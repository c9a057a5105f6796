/** Some runs side by side, as a page of its own. */

import { useEffect, useState, type ReactNode } from 'react';

import type { Row } from '../contract/rows';
import { Evaluation } from '../evaluation/Evaluation';
import { Spread } from '../spread/Spread';
import { useHost } from '../host';
import { Comparison } from './Comparison';

export function CompareView({ ids }: { ids: readonly string[] }): ReactNode {
  const { source, go } = useHost();
  const [rows, setRows] = useState<readonly Row[]>([]);
  const key = ids.join(' ');
  useEffect(() => {
    source.ask('page', { query: { ids: key.split(' '), limit: 500 } }).then(page => setRows(page.rows), () => undefined);
  }, [source, key]);
  const [selected, setSelected] = useState<readonly string[]>([]);
  if (ids.length === 1 && rows[0]) {
    return <Spread query={{ experiment: rows[0].experiment }} selected={selected} onSelect={setSelected} />;
  }
  return (
    <>
      <Evaluation ids={ids} rows={rows} />
      <Comparison source={source} ids={ids} onClose={() => go?.({ view: 'runs', experiment: '' })} />
    </>
  );
}
