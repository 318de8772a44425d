import { useEffect, useState } from 'react';

/**
 * The time in milliseconds since the epoch, renewed at an interval.
 */
export function useNow(intervalMillis: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), intervalMillis);
    return () => clearInterval(timer);
  }, [intervalMillis]);
  return now;
}
