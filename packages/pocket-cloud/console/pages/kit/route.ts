import { useEffect, useState } from "preact/hooks";

/** A place in the console: "#/kinesis/prices?shard=0" has the path ["kinesis", "prices"]. */
export interface Route {
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  return {
    path: path
      .split("/")
      .filter((part) => part !== "")
      .map(decode),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

type Query = Readonly<Record<string, string | number | undefined>>;

export function hrefOf(path: readonly string[], query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  const text = new URLSearchParams(pairs).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${text === "" ? "" : `?${text}`}`;
}

/** Changes the address without a new entry in the history. */
export function replaceQuery(route: Route, query: Query): void {
  history.replaceState(null, "", hrefOf(route.path, { ...route.query, ...query }));
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute(): Route {
  const [first] = useState(() => location.hash);
  const [route, setRoute] = useState(() => parseRoute(first));
  useEffect(() => {
    const update = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", update);
    // The address may have changed between the first rendering and this effect.
    if (location.hash !== first) update();
    return () => removeEventListener("hashchange", update);
  }, []);
  return route;
}
