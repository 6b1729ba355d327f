import { type BigIntStats, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export interface FoundFile {
  readonly path: string;
  /** Device and inode; unchanged by a rename. */
  readonly id: string;
  readonly size: number;
  readonly modified: number;
}

export interface Listing {
  /** Least recently modified first. */
  readonly files: readonly FoundFile[];
  /** Folders that could not be read, with the reason. */
  readonly problems: readonly string[];
}

/** Compressed files have no lines; aws-kinesis-agent skips them too. */
const compressed = /\.(gz|bz2|zip|xz|zst)$/i;

/**
 * The files that match a pattern: `*` and `?` within a name, `[…]` character classes, `{a,b}` alternatives, `**` folders
 * at any depth. A leading dot needs no special match.
 */
export function listFiles(pattern: string): Listing {
  const problems: string[] = [];
  const files = new Map<string, FoundFile>();
  for (const path of new Set(expandBraces(pattern).flatMap((each) => [...walk(each, problems)]))) {
    if (compressed.test(path)) continue;
    const stat = statOf(path, problems);
    // A file with several names, such as a link, counts once.
    if (stat?.isFile() && !files.has(idOf(stat))) files.set(idOf(stat), foundFile(path, stat));
  }
  const sorted = [...files.values()].sort((a, b) => a.modified - b.modified || (a.path < b.path ? -1 : 1));
  return { files: sorted, problems };
}

export const foundFile = (path: string, stat: BigIntStats): FoundFile => ({
  path,
  id: idOf(stat),
  size: Number(stat.size),
  modified: Number(stat.mtimeNs) / 1e6,
});

export const idOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

function statOf(path: string, problems: string[]): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    problems.push(describe(error));
    return undefined;
  }
}

/** Expands `a{b,c}d` to abd and acd, nested braces included. */
export function expandBraces(pattern: string): string[] {
  const open = pattern.search(/(?<!\\)\{/);
  if (open < 0) return [pattern];
  let depth = 0;
  let from = open + 1;
  const parts: string[] = [];
  for (let at = open; at < pattern.length; at++) {
    const c = pattern[at];
    if (c === "\\") at++;
    else if (c === "{") depth++;
    else if (c === "," && depth === 1) {
      parts.push(pattern.slice(from, at));
      from = at + 1;
    } else if (c === "}" && --depth === 0) {
      parts.push(pattern.slice(from, at));
      const [head, tail] = [pattern.slice(0, open), pattern.slice(at + 1)];
      return parts.flatMap((part) => expandBraces(head + part + tail));
    }
  }
  return [pattern];
}

function* walk(pattern: string, problems: string[]): Generator<string> {
  const segments = pattern.split("/").filter((segment) => segment !== "");
  yield* below("/", segments, problems);
}

function* below(folder: string, [first, ...rest]: readonly string[], problems: string[]): Generator<string> {
  if (first === undefined) return;
  if (first === "**") {
    // Symbolic links are not followed: they could form a loop.
    for (const entry of entriesOf(folder, problems))
      if (entry.isDirectory()) yield* below(join(folder, entry.name), [first, ...rest], problems);
    yield* below(folder, rest, problems);
    return;
  }
  if (!/[*?[\\]/.test(first)) {
    const path = join(folder, first);
    if (rest.length > 0) yield* below(path, rest, problems);
    else yield path;
    return;
  }
  const matches = segmentPattern(first);
  for (const { name } of entriesOf(folder, problems)) {
    if (!matches.test(name)) continue;
    if (rest.length === 0) yield join(folder, name);
    else yield* below(join(folder, name), rest, problems);
  }
}

function entriesOf(folder: string, problems: string[]) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A folder that does not exist, or a file in its place, matches nothing.
    if (code !== "ENOENT" && code !== "ENOTDIR") problems.push(describe(error));
    return [];
  }
}

/** The regular expression for the pattern of one path segment. */
export function segmentPattern(segment: string): RegExp {
  let source = "";
  for (let at = 0; at < segment.length; at++) {
    const c = segment[at] ?? "";
    const close = c === "[" ? segment.indexOf("]", at + 2) : -1;
    if (c === "*") source += "[^/]*";
    else if (c === "?") source += "[^/]";
    else if (close > 0) {
      const body = segment.slice(at + 1, close).replace(/^!/, "^");
      source += `[${body.replace(/\\/g, "\\\\")}]`;
      at = close;
    } else source += escaped(c === "\\" ? (segment[++at] ?? "\\") : c);
  }
  return new RegExp(`^${source}$`, "su");
}

const escaped = (c: string): string => c.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
