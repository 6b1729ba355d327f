import { invalidArgument } from "./errors";
import { compareKeys, type SortedKeys } from "./keys";

export interface ListRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly limit: number;
  /** Continues after this key, or after all keys under it when it is a common prefix of the previous page. */
  readonly after?: string | undefined;
}

export interface ListPage {
  readonly keys: string[];
  readonly prefixes: string[];
  /** The last key or prefix of the page, when there are more entries. */
  readonly next?: string;
}

/** One page of a listing: keys, and common prefixes up to the first delimiter after the prefix. */
export function list(sorted: SortedKeys, request: ListRequest, visible: (key: string) => boolean): ListPage {
  const { prefix, delimiter, limit } = request;
  const keys: string[] = [];
  const prefixes: string[] = [];
  let last: string | undefined;
  let at = startOf(sorted, request);
  for (let key = sorted.at(at); key?.startsWith(prefix); key = sorted.at(at)) {
    const common = commonPrefix(key, prefix, delimiter);
    if (common === undefined ? !visible(key) : !anyVisible(sorted, at, common, visible)) {
      at = common === undefined ? at + 1 : sorted.past(common);
      continue;
    }
    if (keys.length + prefixes.length >= limit)
      return { keys, prefixes, ...(last !== undefined && { next: last }) };
    if (common === undefined) keys.push(key);
    else prefixes.push(common);
    last = common ?? key;
    at = common === undefined ? at + 1 : sorted.past(common);
  }
  return { keys, prefixes };
}

function startOf(sorted: SortedKeys, { prefix, delimiter, after }: ListRequest): number {
  if (after === undefined || compareKeys(after, prefix) < 0) return sorted.from(prefix);
  // A common prefix of the previous page covers all keys under it.
  if (delimiter !== "" && commonPrefix(after, prefix, delimiter) === after) return sorted.past(after);
  return sorted.after(after);
}

export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "" || !key.startsWith(prefix)) return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function anyVisible(
  sorted: SortedKeys,
  from: number,
  common: string,
  visible: (key: string) => boolean,
): boolean {
  for (let at = from, key = sorted.at(at); key?.startsWith(common); key = sorted.at(++at))
    if (visible(key)) return true;
  return false;
}

export function checkEncodingType(encoding: string | undefined): void {
  if (encoding !== undefined && encoding !== "url")
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encoding);
}

/** The encoding of `EncodingType: url`: that of forms, without encoding slashes. */
export const encodeKey = (key: string, encoding: string | undefined): string =>
  encoding === "url"
    ? encodeURIComponent(key)
        .replace(/%2F/g, "/")
        .replace(/%20/g, "+")
        .replace(/[!'()~]/g, percent)
    : key;

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
