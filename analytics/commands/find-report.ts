import { loadReport, reportIds } from "../../sql/library/library";
import type { Report } from "../../sql/library/model";
import { didYouMean } from "../../tools/kit/did-you-mean";
import { UsageError } from "../../tools/kit/errors";

/** Words that can stand in place of a report's name. */
export const subcommandNames = [
  "list",
  "show",
  "sql",
  "shell",
  "history",
  "new",
  "site",
  "completion",
] as const;

/** Finds a report by its id (crypto/ohlc), or by its name (ohlc) if only one report has it. */
export function findReport(name: string, folder?: string): Report {
  const ids = reportIds(folder);
  const matches = ids.filter((id) => id === name || id.endsWith(`/${name}`));
  const [id, other] = matches;
  if (id === undefined)
    throw new UsageError(
      `there is no report "${name}"${suggestion(name, ids) || `${similar(name, ids)}; "list" shows all`}`,
    );
  if (other !== undefined) throw new UsageError(`"${name}" is ambiguous: ${matches.join(", ")}`);
  return loadReport(id, folder);
}

const suggestion = (name: string, ids: readonly string[]): string =>
  didYouMean(
    name,
    name.includes("/") ? ids : [...ids.map((id) => id.slice(id.indexOf("/") + 1)), ...subcommandNames],
  );

const SHORTEST_WORD = 3;
const SHORTEST_STEM = 5;
const SHOWN_REPORTS = 3;

/** The reports that have a word of the name, perhaps with another ending. */
function similar(name: string, ids: readonly string[]): string {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length >= SHORTEST_WORD);
  const isLike = (word: string, part: string) =>
    word === part || (word.length >= SHORTEST_STEM && (word.startsWith(part) || part.startsWith(word)));
  const found = ids.filter((id) =>
    words.some((word) => id.split(/[/-]/).some((part) => part.length >= SHORTEST_WORD && isLike(word, part))),
  );
  return found.length === 0 ? "" : `; similar: ${found.slice(0, SHOWN_REPORTS).join(", ")}`;
}
