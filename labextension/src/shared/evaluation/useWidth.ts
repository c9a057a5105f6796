import { useEffect, useState, type RefObject } from 'react';

/** The width of an element, 0 before it is known. */
export function useWidth(box: RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const node = box.current;
    if (!node) {
      return undefined;
    }
    const read = (): void => setWidth(Math.floor(node.clientWidth));
    const observer = new ResizeObserver(read);
    observer.observe(node);
    read();
    return () => observer.disconnect();
  }, [box]);
  return width;
}
