import { useEffect, useState } from 'react';

/** The time in seconds, often enough for "3 min ago", and each second while something in view goes on. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (running) {
      setNow(Date.now() / 1000); // it was taken up to a quarter of a minute ago
    }
    const timer = window.setInterval(() => setNow(Date.now() / 1000), running ? 1000 : 15_000);
    return () => window.clearInterval(timer);
  }, [running]);
  return now;
}
