import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../errors";

type Entries = readonly TransactWriteItem[];

interface Remembered {
  readonly at: number;
  readonly bytes: number;
  /** The entries of the newest transactions, else their digest. */
  content: { readonly entries: Entries } | { readonly digest: string };
}

/** AWS remembers a ClientRequestToken for ten minutes. */
const TOKEN_MS = 600_000;
/** The size of the items that are kept. Those of ten minutes can be millions, and a digest takes longer than the write. */
const KEPT_BYTES = 2 ** 19;

/** The tokens of the transactions of the last ten minutes. */
export class TransactionTokens {
  readonly #tokens = new Map<string, Remembered>();
  /** The transactions whose entries are kept, oldest first. */
  readonly #kept = new Set<Remembered>();
  #bytes = 0;

  /** Whether the transaction was made before. Throws when its token belongs to another one. */
  isRepeated(token: string | undefined, entries: Entries, now: number): boolean {
    this.#forgetBefore(now - TOKEN_MS);
    const remembered = token === undefined ? undefined : this.#tokens.get(token);
    if (!remembered) return false;
    const { content } = remembered;
    const same =
      "digest" in content
        ? content.digest === digestOf(entries)
        : isDeepStrictEqual(content.entries, entries);
    if (same) return true;
    throw new AwsError(
      "IdempotentParameterMismatchException",
      "The request was rejected because it used an idempotency token that was already used with different parameters.",
    );
  }

  /** `bytes`: the size of the items. */
  remember(token: string | undefined, entries: Entries, bytes: number, now: number): void {
    if (token === undefined) return;
    const remembered: Remembered = { at: now, bytes, content: { entries } };
    this.#tokens.set(token, remembered);
    this.#kept.add(remembered);
    this.#bytes += bytes;
    for (const oldest of this.#kept) {
      if (this.#bytes <= KEPT_BYTES) break;
      this.#drop(oldest);
      if ("entries" in oldest.content) oldest.content = { digest: digestOf(oldest.content.entries) };
    }
  }

  #forgetBefore(time: number): void {
    for (const [token, remembered] of this.#tokens) {
      if (remembered.at > time) break;
      this.#tokens.delete(token);
      this.#drop(remembered);
    }
  }

  #drop(remembered: Remembered): void {
    if (this.#kept.delete(remembered)) this.#bytes -= remembered.bytes;
  }
}

const digestOf = (entries: Entries): string =>
  createHash("sha256").update(canonicalText(entries)).digest("base64");

/** The same text for members in another order, as some clients send them in a repetition. Lengths make it unambiguous. */
function canonicalText(value: unknown): string {
  if (typeof value === "string") return `"${value.length}:${value}`;
  if (typeof value !== "object" || value === null) return `${String(value)};`;
  if (value instanceof Uint8Array) return canonicalText(Buffer.from(value).toString("base64"));
  let text = "";
  if (Array.isArray(value)) {
    for (const entry of value) text += canonicalText(entry);
    return `[${text}]`;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members).sort()) text += canonicalText(name) + canonicalText(members[name]);
  return `{${text}}`;
}
