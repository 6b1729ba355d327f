import { setMaxListeners } from "node:events";
import { hasExitCode, Interruption } from "./errors";

/** npm and the terminal both forward one Ctrl-C; a second signal within this time is the same key press. */
const REPEATED_SIGNAL_MS = 300;

/**
 * Runs work that stops in order when its signal aborts: on the first SIGINT or SIGTERM. The second one ends the
 * process at once. An error that the abort caused becomes an {@link Interruption}, exit code 130.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  // Each call in progress listens to the signal, and a command may have hundreds of them.
  setMaxListeners(0, controller.signal);
  let first: number | undefined;
  const handle = () => {
    if (first !== undefined && Date.now() - first > REPEATED_SIGNAL_MS) process.exit(130);
    first ??= Date.now();
    controller.abort();
  };
  process.on("SIGINT", handle).on("SIGTERM", handle);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (controller.signal.aborted && !hasExitCode(error)) throw new Interruption();
    throw error;
  } finally {
    process.off("SIGINT", handle).off("SIGTERM", handle);
  }
}

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
