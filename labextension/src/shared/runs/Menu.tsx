/** A button with a panel that it opens. */

import { useEffect, useRef, useState, type ReactNode } from 'react';

import { keepInView } from '../parts/keepInView';

export interface MenuProps {
  label: ReactNode;
  /** For who can't see what the panel is about. */
  title: string;
  /** Something is set here: said by weight. */
  active?: boolean;
  wide?: boolean;
  /** What the panel holds; it is made when it is opened. */
  children(close: () => void): ReactNode;
}

export function Menu({ label, title, active, wide, children }: MenuProps): ReactNode {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) {
      return;
    }
    const onPointer = (event: Event): void => {
      // Inside a shadow root or a frame the path tells more than the target.
      if (box.current && !event.composedPath().includes(box.current)) {
        setOpen(false);
      }
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div
      className="nbm-chooser"
      ref={box}
      onKeyDown={event => {
        if (event.key === 'Escape' && open) {
          event.stopPropagation();
          close();
        }
      }}
    >
      <button
        ref={button}
        type="button"
        className={`nbm-button${active ? ' nbm-set' : ''}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        title={title}
        onClick={() => setOpen(!open)}
      >
        {label} <span aria-hidden="true">▾</span>
      </button>
      {open && (
        <div ref={keepInView} className={`nbm-menu${wide ? ' nbm-menu-wide' : ''}`} role="dialog" aria-label={title}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
