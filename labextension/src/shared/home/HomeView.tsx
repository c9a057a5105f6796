/** All experiments at a glance: what is running, what fails, what can't be trusted, what reached its goal. */

import { useCallback, useDeferredValue, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import { useHost } from '../host';
import { countOf } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { useAnswer } from '../parts/useAnswer';
import { useNow } from '../parts/useNow';
import { Begin } from './Begin';
import { isTelling, narrowed, NO_FLEET, ordered, tallies, type Order, type Shown } from './fleet';
import { FleetList } from './FleetList';
import { Newest } from './Newest';
import { Tallies } from './Tallies';

const ORDERS: readonly (readonly [Order, string])[] = [
  ['newest', 'newest run'],
  ['attention', 'most pressing'],
  ['name', 'name']
];

export function HomeView(): ReactNode {
  const { source, go } = useHost();
  const { answer, error, retry } = useAnswer(source, 'fleet', {});
  const [shown, setShown] = useState<Shown>('all');
  const [order, setOrder] = useState<Order>('newest');
  const [text, setText] = useState('');
  const typed = useDeferredValue(text);
  const field = useRef<HTMLInputElement>(null);
  const now = useNow();
  const { items, newest, made } = answer ?? NO_FLEET;
  const listed = useMemo(() => ordered(narrowed(items, shown, typed), order), [items, shown, typed, order]);
  const openExperiment = useCallback((name: string) => go?.({ view: 'runs', experiment: name }), [go]);
  const openRun = useCallback((id: string) => go?.({ view: 'run', id }), [go]);
  const clear = (): void => {
    setShown('all');
    setText('');
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const typing = event.target === field.current;
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      field.current?.focus();
      event.preventDefault();
    } else if (event.key === 'Escape' && (text || shown !== 'all')) {
      clear();
    }
  };

  if (!answer) {
    return (
      <section className="nbm-app nbm-home" aria-label="Home">
        {error ? <Failure error={error} onRetry={retry} /> : <Skeleton lines={12} />}
      </section>
    );
  }
  return (
    <section className="nbm-app nbm-home" aria-label="Home" onKeyDown={onKeyDown}>
      {error && <Failure error={error} onRetry={retry} />}
      {items.length ? (
        <>
          <Tallies tallies={tallies(items).filter(isTelling)} shown={shown} onShow={setShown} />
          <Newest runs={newest} now={now} onRun={openRun} />
          <div className="nbm-home-bar">
            <input
              ref={field}
              className="nbm-field"
              type="search"
              value={text}
              placeholder="Find an experiment   /"
              aria-label="Find an experiment"
              onChange={event => setText(event.target.value)}
            />
            <label className="nbm-faint">
              Order{' '}
              <select className="nbm-field" value={order} onChange={event => setOrder(event.target.value as Order)}>
                {ORDERS.map(([value, words]) => (
                  <option key={value} value={value}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
            <span className="nbm-faint" role="status">
              {listed.length < items.length ? `${countOf(listed.length, 'experiment')} of ${items.length}` : ''}
            </span>
          </div>
          {listed.length ? (
            <FleetList key={`${shown} ${order}`} items={listed} now={now} onOpen={openExperiment} onRun={openRun} />
          ) : (
            <div className="nbm-empty">
              <p>No experiment fits.</p>
              <button type="button" className="nbm-link" onClick={clear}>
                Show all
              </button>
            </div>
          )}
        </>
      ) : (
        <Begin made={made} />
      )}
    </section>
  );
}
