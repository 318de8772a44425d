import { useSyncExternalStore } from 'react';

const INTERVAL = 30_000;

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/**
 * The time in milliseconds since the epoch, renewed every half a minute; all that is drawn shares one timer.
 */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, INTERVAL);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Nobody renews the time while nobody listens. */
function read(): number {
  if (listeners.size === 0 && Math.abs(Date.now() - now) >= INTERVAL) {
    now = Date.now();
  }
  return now;
}

function tick() {
  now = Date.now();
  listeners.forEach(listener => listener());
}
