import { AwsError } from "../../errors";

const MAX_ENTRIES = 10;

/** The service's errors for a batch that is refused as a whole. */
interface BatchErrors {
  readonly empty: () => AwsError;
  readonly tooMany: (count: number) => AwsError;
  readonly repeatedId: () => AwsError;
  /** The error of an id that is not allowed; undefined for others. */
  readonly invalidId: (id: string) => AwsError | undefined;
  /** The code that an entry's error has in `Failed`. */
  readonly code?: (error: AwsError) => string;
}

/** Runs a batch entry by entry. A failed entry is listed in `Failed`; the others still run. */
export function runBatch<E extends { readonly Id?: string | undefined }, R extends object>(
  entries: readonly E[] = [],
  errors: BatchErrors,
  run: (entry: E) => R,
) {
  if (entries.length === 0) throw errors.empty();
  if (entries.length > MAX_ENTRIES) throw errors.tooMany(entries.length);
  for (const { Id = "" } of entries) {
    const error = errors.invalidId(Id);
    if (error) throw error;
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) throw errors.repeatedId();
  const Successful: (R & { Id: string })[] = [];
  const Failed: { Id: string; SenderFault: boolean; Code: string; Message: string }[] = [];
  for (const entry of entries) {
    const Id = entry.Id ?? "";
    try {
      Successful.push({ ...run(entry), Id });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const Code = errors.code?.(error) ?? error.code;
      Failed.push({ Id, SenderFault: error.status < 500, Code, Message: error.message });
    }
  }
  return { Successful, Failed };
}
