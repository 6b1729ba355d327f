/** The first Ctrl-C asks for an orderly stop, a second one stops at once. */
export function onInterrupt(stopNow: () => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  let first = 0;
  const handle = () => {
    // npm and the terminal both pass on the one Ctrl-C; the echo is not a second wish.
    if (first > 0 && Date.now() - first > 300) stopNow();
    first ||= Date.now();
    controller.abort();
  };
  process.on("SIGINT", handle).on("SIGTERM", handle);
  return {
    signal: controller.signal,
    release: () => void process.off("SIGINT", handle).off("SIGTERM", handle),
  };
}

export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
