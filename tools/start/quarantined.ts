import type { Cloud } from "../../packages/pocket-cloud";
import { printable } from "./polls";

const FOLDER = "quarantine/";
const SHOWN = 3;

interface Entry {
  readonly column?: string | null;
  readonly reason?: string;
  readonly rows?: number;
}

/** Counts refused rows by feed and reason, from the objects in quarantine/ of this start. */
export class QuarantinedRows {
  readonly #counts = new Map<string, number>();
  #total = 0;

  watch(cloud: Cloud): void {
    cloud.bus.on("s3:object-created", ({ bucket, key }) => {
      if (key.startsWith(FOLDER)) void this.#read(cloud, bucket, key);
    });
  }

  async #read(cloud: Cloud, Bucket: string, Key: string): Promise<void> {
    try {
      const { Body } = await cloud.call("s3", "GetObject", { Bucket, Key }, cloud.administrator);
      const text = await textOf(Body);
      this.add(Key, text);
    } catch {
      // The object may be gone by now; the quarantine report has all.
    }
  }

  /** Counts the entries of an object. Entries of unknown fields are no refused rows. */
  add(key: string, text: string): void {
    const feed = key.slice(FOLDER.length).split("/")[0] ?? "";
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const { column, reason = "", rows } = JSON.parse(line) as Entry;
      if (rows !== undefined) continue;
      this.#total++;
      const why = printable(`${feed}: ${column ?? "the line"} ${reason}`);
      this.#counts.set(why, (this.#counts.get(why) ?? 0) + 1);
    }
  }

  /** The most frequent reasons in one line; none without refused rows. */
  lines(): string[] {
    if (this.#total === 0) return [];
    const byCount = [...this.#counts].sort(([, a], [, b]) => b - a);
    const shown = byCount.slice(0, SHOWN).map(([why, count]) => `${count} × ${why}`);
    const more = byCount.length > SHOWN ? `; ${byCount.length - SHOWN} more reasons` : "";
    return [`${this.#total} rows quarantined: ${shown.join("; ")}${more}; npm run report -- quarantine`];
  }
}

async function textOf(body: unknown): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString("utf8");
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
