/** All experiments at a glance. */

import { useEffect, useState, type ReactNode } from 'react';

import type { ExperimentInfo } from '../contract/rows';
import { useHost } from '../host';
import { countOf } from '../parts/numbers';

export function HomeView(): ReactNode {
  const { source, go } = useHost();
  const [experiments, setExperiments] = useState<readonly ExperimentInfo[]>([]);
  useEffect(() => {
    const read = (): void => void source.ask('experiments', {}).then(setExperiments, () => undefined);
    read();
    return source.onChange(read);
  }, [source]);
  return (
    <section aria-label="Home">
      <h2>Experiments</h2>
      <ul>
        {experiments.map(one => (
          <li key={one.name}>
            <button type="button" className="nbm-link" onClick={() => go?.({ view: 'runs', experiment: one.name })}>
              {one.name}
            </button>{' '}
            <span className="nbm-faint">{countOf(one.runs, 'run')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
