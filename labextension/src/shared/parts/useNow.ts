import { useEffect, useState } from 'react';

/** The time in seconds since the epoch, anew every ten: for what is shown as "3 min ago". */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now() / 1000), 10_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
