/** Parts of an idle time. */
const PARTS = 4;

export interface IdleTimer {
  /** Begins the idle time anew. */
  refresh(): void;
  stop(): void;
}

/**
 * Calls `expired` once nothing has happened for so long. The time passes in parts, between which the event loop reads what
 * has arrived: a process that was busy for minutes, such as a command that counts millions of rows beside its cloud, must
 * not take waiting requests for idle connections. `isActive` is asked after each part; true begins the idle time anew.
 */
export function whenIdle(millis: number, expired: () => void, isActive = () => false): IdleTimer {
  let left = PARTS;
  const timer = setInterval(() => {
    left = isActive() ? PARTS : left - 1;
    if (left > 0) return;
    clearInterval(timer);
    expired();
  }, millis / PARTS).unref();
  return {
    refresh: () => {
      left = PARTS;
      timer.refresh();
    },
    stop: () => clearInterval(timer),
  };
}
