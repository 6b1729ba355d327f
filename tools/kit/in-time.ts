/** The value of the promise. Throws when it takes longer, or when the signal aborts first. */
export async function inTime<T>(promise: Promise<T>, millis: number, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  const ended = new AbortController();
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer for ${millis / 1000} s`)), millis);
    ended.signal.addEventListener("abort", () => clearTimeout(timer));
    signal?.addEventListener("abort", () => reject(signal.reason), { signal: ended.signal });
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    ended.abort();
  }
}
