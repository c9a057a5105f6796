/** What a canvas needs to know of where it stands: the style sheet's colours, and the room there is. */

import { useEffect, useState } from 'react';

export interface Theme {
  text: string;
  faint: string;
  grid: string;
  ground: string;
  font: string;
}

type Box = { current: HTMLElement | null };

/** Read again when the host changes its theme. */
export function useTheme(box: Box): Theme | null {
  const [theme, setTheme] = useState<Theme | null>(null);
  useEffect(() => {
    const read = (): void => {
      if (!box.current) {
        return;
      }
      const style = getComputedStyle(box.current);
      const colour = (name: string): string => style.getPropertyValue(`--nbm-${name}`).trim();
      const next = {
        text: colour('text'),
        faint: colour('faint'),
        grid: colour('grid'),
        ground: colour('ground'),
        font: style.fontFamily
      };
      setTheme(before => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    read();
    const observer = new MutationObserver(() => window.setTimeout(read, 50));
    observer.observe(document.body, { attributes: true });
    const media = window.matchMedia('(prefers-color-scheme: dark)');
    media.addEventListener('change', read);
    const late = window.setTimeout(read, 500); // Lab loads a theme's sheet after it has said its name
    return () => {
      observer.disconnect();
      media.removeEventListener('change', read);
      window.clearTimeout(late);
    };
  }, [box]);
  return theme;
}

export function useWidth(box: Box): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const node = box.current;
    if (!node) {
      return undefined;
    }
    const observer = new ResizeObserver(() => setWidth(Math.floor(node.clientWidth)));
    observer.observe(node);
    setWidth(Math.floor(node.clientWidth));
    return () => observer.disconnect();
  }, [box]);
  return width;
}
