import { strict as assert } from "node:assert";
import fc from "fast-check";
import { feeds } from "../../../data/feeds";
import { decodeCsv } from "../../../data/feeds/csv-decode";
import { writeBatch } from "../../../functions/write-csv/write";
import { coin, line, record } from "./events";

const crypto = feeds.crypto ?? assert.fail();
const never = new AbortController().signal;

/** What a record of the stream holds: rows in one of three hours, or lines that are none. */
export const records = fc.array(
  fc.array(fc.constantFrom("hour 1", "hour 2", "hour 3", "bad"), { maxLength: 4 }),
  {
    minLength: 1,
    maxLength: 25,
  },
);

/** One attempt of Lambda: the size of its batch, its outcome, and how far the checkpoint was rolled back. */
export const tries = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 12 }),
    outcome: fc.constantFrom(
      "stored",
      "stored",
      "crash before the puts",
      "crash among the puts",
      "crash after the puts",
      "acknowledgement lost",
    ),
    rollback: fc.nat({ max: 6 }),
  }),
  { maxLength: 40 },
);

export interface Lake {
  readonly objects: ReadonlyMap<string, string>;
  readonly ids: readonly string[];
  readonly quarantined: readonly string[];
}

type Of<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** Plays the attempts of a day against the writer, and then delivers all remaining records. */
export async function play(
  stream: Of<typeof records>,
  attempts: Of<typeof tries>,
  rollbacks: boolean,
  day = "2026-01-02",
): Promise<Lake> {
  const all = stream.map((lines, i) =>
    record(
      i + 1,
      lines
        .map((kind, j) =>
          kind === "bad" ? `bad ${i}.${j}\n` : line(coin(`c${i}.${j}`, `${day}T0${kind.at(-1)}:00:00.000Z`)),
        )
        .join(""),
      `${day}T03:05:01.000Z`,
    ),
  );
  const lake = new Map<string, string>();
  let checkpoint = 0;
  for (const { size, outcome, rollback } of [
    ...attempts,
    ...all.map(() => ({ size: 5, outcome: "stored", rollback: 0 })),
  ]) {
    if (rollbacks) checkpoint = Math.max(0, checkpoint - rollback);
    if (checkpoint >= all.length || outcome === "crash before the puts") continue;
    const batch = all.slice(checkpoint, checkpoint + size);
    let puts = 0;
    const put = async (key: string, body: string | Uint8Array) => {
      if (outcome === "crash among the puts" && puts++ > 0) throw new Error("crash");
      lake.set(key, String(body));
    };
    const { retryFrom } = await writeBatch(crypto, put, batch, { gzip: false }, never);
    if (outcome === "stored" && retryFrom === undefined) checkpoint += batch.length;
  }
  // The puts of the last tries may all have failed; whatever is left is stored in the end.
  while (checkpoint < all.length) {
    await writeBatch(
      crypto,
      async (key, body) => void lake.set(key, String(body)),
      all.slice(checkpoint, checkpoint + 7),
      { gzip: false },
      never,
    );
    checkpoint += 7;
  }
  const objects = [...lake];
  return {
    objects: lake,
    ids: objects
      .filter(([key]) => key.startsWith("csv/"))
      .flatMap(([, body]) => decodeCsv(crypto, body).map((row) => row.coin_id ?? "")),
    quarantined: objects
      .filter(([key]) => key.startsWith("quarantine/"))
      .flatMap(([, body]) =>
        body
          .trim()
          .split("\n")
          .map((text) => String((JSON.parse(text) as { raw: unknown }).raw)),
      ),
  };
}

/** What has to be there in the end, once. */
export function expected(stream: Of<typeof records>): Omit<Lake, "objects"> {
  const kinds = stream.flatMap((lines, i) => lines.map((kind, j) => ({ kind, id: `${i}.${j}` })));
  return {
    ids: kinds.filter(({ kind }) => kind !== "bad").map(({ id }) => `c${id}`),
    quarantined: kinds.filter(({ kind }) => kind === "bad").map(({ id }) => `bad ${id}`),
  };
}
