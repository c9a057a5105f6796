import { useCallback, useEffect, useRef, useState } from 'react';

const PAUSE_MS = 25;

/**
 * A text that is handed on when typing pauses; what comes from elsewhere replaces it.
 * Gives the text, what sets it, and what hands it on at once.
 *
 * @param isWhole whether a text may be handed on while it is typed; half of one would only be refused.
 */
export function useSettledText(
  value: string,
  onValue: (value: string) => void,
  isWhole: (value: string) => boolean = () => true
): [string, (value: string) => void, (value: string) => void] {
  const [text, setText] = useState(value);
  const timer = useRef<number | undefined>(undefined);
  const sent = useRef(value); // what comes back of it must not undo what was typed since
  const tell = useRef(onValue);
  tell.current = onValue;
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const hand = useCallback((next: string, pause: number): void => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      if (sent.current !== next) {
        sent.current = next;
        tell.current(next);
      }
    }, pause);
  }, []);
  const set = useCallback(
    (next: string): void => {
      setText(next);
      window.clearTimeout(timer.current);
      if (isWhole(next)) {
        hand(next, PAUSE_MS);
      }
    },
    [hand, isWhole]
  );
  const send = useCallback((next: string): void => hand(next, 0), [hand]);
  return [text, set, send];
}
