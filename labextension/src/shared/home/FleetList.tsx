/** The experiments, a line each. Lines are made as they come near the view; what the browser need not draw it
 * leaves out by itself, and a search of the browser's own still finds them. */

import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import type { FleetItem } from '../contract/fleet';
import { FleetLine } from './FleetLine';

const STRETCH = 60;

export interface FleetListProps {
  items: readonly FleetItem[];
  now: number;
  onOpen(name: string): void;
  onRun(id: string): void;
}

export function FleetList({ items, now, onOpen, onRun }: FleetListProps): ReactNode {
  const [made, setMade] = useState(STRETCH);
  const list = useRef<HTMLUListElement>(null);
  const more = useCallback(() => setMade(before => Math.min(before + STRETCH, items.length)), [items.length]);
  const end = useInView(more, `${made} ${items.length}`);

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) {
      return;
    }
    const names = [...(list.current?.querySelectorAll<HTMLElement>('.nbm-fleet-open') ?? [])];
    const at = names.findIndex(node => node.closest('li')?.contains(document.activeElement));
    names[Math.max(0, Math.min(names.length - 1, at + step))]?.focus();
    event.preventDefault();
  };

  return (
    <div className="nbm-fleet">
      <div className="nbm-fleet-head" aria-hidden="true">
        <span>experiment</span>
        <span>best</span>
        <span>last 30 runs</span>
        <span>last 10 ended</span>
        <span>trust</span>
        <span>newest</span>
      </div>
      <ul ref={list} aria-label="Experiments" onKeyDown={onKeyDown}>
        {items.slice(0, made).map(item => (
          <Line key={item.name} item={item} now={now} onOpen={onOpen} onRun={onRun} />
        ))}
      </ul>
      {made < items.length && <div ref={end} className="nbm-fleet-end" style={{ height: (items.length - made) * 49 }} />}
    </div>
  );
}

function Line({ item, now, onOpen, onRun }: Omit<FleetListProps, 'items'> & { item: FleetItem }): ReactNode {
  const open = useCallback(() => onOpen(item.name), [onOpen, item.name]);
  return <FleetLine item={item} now={now} onOpen={open} onRun={onRun} />;
}

/** Calls back when the element is in view, or nearly; asked anew whenever `key` changes. */
function useInView(seen: () => void, key: string): (node: HTMLElement | null) => void {
  const [node, setNode] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (!node) {
      return undefined;
    }
    const watch = new IntersectionObserver(found => found.some(one => one.isIntersecting) && seen(), {
      rootMargin: '1200px'
    });
    watch.observe(node);
    return () => watch.disconnect();
  }, [node, seen, key]);
  return setNode;
}
