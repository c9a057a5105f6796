/** A button that opens a list of things to do. */

import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';

import { keepInView } from './keepInView';

export interface MenuItem {
  label: string;
  /** What it leads to, in faint letters below. */
  note?: string;
  onSelect(): void;
}

export function Menu({ label, items, children }: { label: string; items: readonly MenuItem[]; children?: ReactNode }): ReactNode {
  const box = useRef<HTMLDetailsElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const close = (): void => {
    box.current?.removeAttribute('open');
  };
  useEffect(() => {
    const outside = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) {
        close();
      }
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && box.current?.open) {
      event.stopPropagation();
      close();
      box.current.querySelector('summary')?.focus();
    }
  };
  return (
    <details ref={box} className="nbm-dropdown" onKeyDown={onKeyDown} onToggle={() => keepInView(panel.current)}>
      <summary className="nbm-button">{label} ▾</summary>
      <div ref={panel} className="nbm-dropped">
        {items.map(item => (
          <button
            key={item.label}
            type="button"
            className="nbm-item"
            onClick={() => {
              item.onSelect();
              close();
            }}
          >
            {item.label}
            {item.note && <span className="nbm-faint nbm-small">{item.note}</span>}
          </button>
        ))}
        {children}
      </div>
    </details>
  );
}
