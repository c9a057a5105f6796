import { useEffect, type RefObject } from 'react';

/** Draws on a canvas as sharp as the screen is, whenever what `draw` depends on changes. */
export function useCanvas(
  canvas: RefObject<HTMLCanvasElement>,
  width: number,
  height: number,
  draw: (context: CanvasRenderingContext2D, text: string) => void
): void {
  useEffect(() => {
    const node = canvas.current;
    const context = node?.getContext('2d');
    if (!node || !context || width < 1) {
      return undefined;
    }
    const frame = requestAnimationFrame(() => {
      const ratio = window.devicePixelRatio || 1;
      node.width = Math.round(width * ratio);
      node.height = Math.round(height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      draw(context, getComputedStyle(node).getPropertyValue('--nbm-text').trim() || '#000');
    });
    return () => cancelAnimationFrame(frame);
  }, [canvas, width, height, draw]);
}
