import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Live<T> {
  /** The last result, also while it is read again. */
  readonly data: T | undefined;
  readonly error: Error | undefined;
  readonly reload: () => void;
}

/** The last results by key, so that a page that was open before appears at once. */
const cache = new Map<string, unknown>();
const CACHED = 60;

function remember(key: string, value: unknown): void {
  cache.delete(key);
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > CACHED && oldest !== undefined) cache.delete(oldest);
}

/**
 * Reads when the key changes, and again `everyMs` after each answer. A hidden page does not read, so a forgotten tab costs
 * the cloud nothing.
 */
export function useLive<T>(
  key: string,
  read: (signal: AbortSignal) => Promise<T>,
  everyMs?: number,
): Live<T> {
  const [, draw] = useState(0);
  const state = useRef<{ key: string; error?: Error }>({ key });
  if (state.current.key !== key) state.current = { key };
  const latest = useRef(read);
  latest.current = read;
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    void turn;
    const control = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async () => {
      try {
        const value = await latest.current(control.signal);
        if (control.signal.aborted) return;
        remember(key, value);
        delete state.current.error;
      } catch (error) {
        if (control.signal.aborted) return;
        state.current.error = error as Error;
      }
      draw((count) => count + 1);
      if (everyMs !== undefined) timer = setTimeout(whenVisible, everyMs);
    };
    const whenVisible = () => {
      if (document.visibilityState === "visible") void run();
      else document.addEventListener("visibilitychange", whenVisible, { once: true });
    };
    void run();
    return () => {
      control.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", whenVisible);
    };
  }, [key, everyMs, turn]);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  return { data: cache.get(key) as T | undefined, error: state.current.error, reload };
}

/** Reads all pages of a list, up to a number of items. */
export async function allPages<Page, Item>(
  read: (token: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  tokenOf: (page: Page) => string | undefined,
  most = 2000,
): Promise<Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page = await read(token);
    items.push(...(itemsOf(page) ?? []));
    token = tokenOf(page);
  } while (token !== undefined && items.length < most);
  return items;
}
