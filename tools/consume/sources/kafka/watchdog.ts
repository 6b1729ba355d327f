import { messageOf } from "../../../kit/errors";
import { inTime } from "../../../kit/in-time";

export interface Watching {
  /** Whether messages wait at the broker that this reader should have got. */
  readonly waiting: () => Promise<boolean>;
  /** Whether the reader is storing messages, which may take any time. */
  readonly busy: () => boolean;
  readonly onStall: (reason: string) => void;
  readonly checkMillis?: number;
  /** A broker that does not answer for this time has stalled too. */
  readonly answerMillis?: number;
}

/** Checks in a row that find messages waiting. One alone may fall between two messages. */
const CHECKS = 2;

/**
 * Notices a client that has stopped reading without an error, such as on a connection that is half open: nothing is read for
 * two checks although messages wait, or the broker does not answer.
 */
export function watchdog({ waiting, busy, onStall, checkMillis = 15_000, answerMillis = 20_000 }: Watching) {
  let read = true;
  let found = 0;
  let asking = false;
  const check = async () => {
    if (read || busy() || asking) {
      read = false;
      if (!asking) found = 0;
      return;
    }
    asking = true;
    try {
      found = (await inTime(waiting(), answerMillis)) && !read && !busy() ? found + 1 : 0;
      if (found >= CHECKS)
        onStall(`nothing was read for ${(CHECKS * checkMillis) / 1000} s although messages wait`);
    } catch (error) {
      onStall(messageOf(error));
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(() => void check(), checkMillis);
  timer.unref();
  return {
    /** A message was read. */
    alive: () => {
      read = true;
      found = 0;
    },
    stop: () => clearInterval(timer),
  };
}
