/** What jq-web, jq compiled to WebAssembly, offers. */
export interface Jq {
  raw(input: string, program: string, flags?: readonly string[]): string;
}

let loading: Promise<Jq> | undefined;

/** Loaded when a delivery stream first needs it. */
export function loadJq(): Promise<Jq> {
  loading ??= Promise.resolve(require("jq-web") as Promise<Jq>);
  return loading;
}

/** Keys of the object a query gives; undefined when that cannot be told without a record. Throws on bad syntax. */
export async function checkQuery(query: string): Promise<readonly string[] | undefined> {
  const jq = await loadJq();
  jq.raw("", `[inputs | ${query}\n]`, ["-c", "-n"]);
  try {
    const keys = JSON.parse(
      jq.raw("{}", `[try (${query}\n) catch null | objects | keys_unsorted] | add`, ["-c"]),
    ) as unknown;
    return Array.isArray(keys) ? keys.map(String) : undefined;
  } catch {
    return undefined;
  }
}
