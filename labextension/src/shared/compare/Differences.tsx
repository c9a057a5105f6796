/** All that differs, one part below the other, with a bar that leads to each. */

import { useRef, type ReactNode } from 'react';

import { useWidth } from '../charts/theme';
import { Figures } from './Figures';
import { Matrix } from './Matrix';
import { Sources } from './Sources';
import type { TabProps } from './tab';

/** From here on a diff has room for two sides. */
const WIDE = 900;

export function Differences({ comparison, marks, stale }: TabProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const parts: [string, string, boolean][] = [
    ['metrics', 'Metrics', true],
    ['params', 'Parameters', true],
    ['data', 'Data', true],
    ['environment', 'Environment', true],
    ['runs', 'Runs', true],
    ['source', 'Source', comparison.runs.length > 1],
    ['figures', 'Figures', comparison.figures.length > 0]
  ];
  const show = (id: string): void =>
    box.current?.querySelector(`[data-section=${id}]`)?.scrollIntoView({ behavior: 'smooth', block: 'start' });
  return (
    <div ref={box} className="nbm-differences">
      <div className="nbm-anchors" role="navigation" aria-label="Parts of the comparison">
        {parts
          .filter(([, , has]) => has)
          .map(([id, title]) => (
            <button key={id} type="button" onClick={() => show(id)}>
              {title}
            </button>
          ))}
      </div>
      <Matrix comparison={comparison} marks={marks} stale={stale} />
      <Sources comparison={comparison} wide={width >= WIDE} />
      <Figures comparison={comparison} marks={marks} />
    </div>
  );
}
