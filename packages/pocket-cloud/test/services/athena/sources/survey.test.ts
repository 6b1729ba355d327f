import { strict as assert } from "node:assert";
import { join } from "node:path";
import type { Engine } from "../../../../../trino-duckdb/engine/engine";
import type { Scan } from "../../../../../trino-duckdb/sql/session";
import type { GlueSource } from "../../../../services/athena/catalogue/catalogue";
import { Facts } from "../../../../services/athena/sources/facts";
import { type Piece, Survey } from "../../../../services/athena/sources/survey";
import type { LocalObject } from "../../../../services/s3/files";
import { temporaryDirectory } from "../../../temporary";

const MIB = 1 << 20;

/** A partition with one file. */
const piece = (name: string, size: number): Piece => ({
  files: [{ key: name, path: name, etag: name, size, modified: 0 } satisfies LocalObject],
  storage: {},
});

const scan = () =>
  ({
    alias: "t",
    table: { columns: [{ name: "price", type: { kind: "varchar" } }], glue: {} },
    numberings: [{ keys: [{ type: { kind: "varchar" }, parts: ["t.id"] }], settled: false }],
    readings: new Map([["price", { name: "price", type: { kind: "double" }, on: false }]]),
  }) as unknown as Scan<GlueSource>;

describe("What a query wants to know of files", () => {
  const { path, remove } = temporaryDirectory();
  after(remove);

  /** A survey whose engine answers each question with yes, and notes which pieces it was asked about. */
  const survey = (facts: Facts, pieces: readonly Piece[]) => {
    const asked: string[] = [];
    const engine = {
      rows: async (sql: string) => {
        asked.push(/FROM \((.*?)\) AS t/.exec(sql)?.[1] ?? sql);
        return (
          asked
            .at(-1)
            ?.split(" ")
            .map((_, i) => [String(i), "true"]) ?? []
        );
      },
    } as unknown as Engine;
    const select = async (some: readonly Piece[]) => some.map(({ files }) => files[0]?.key).join(" ");
    return { asked, of: new Survey(scan(), pieces, select, facts, engine) };
  };

  it("is asked of a few files at a time, and once", async () => {
    const facts = new Facts(join(path, "once.json"));
    const pieces = [piece("a", 9 * MIB), piece("b", 9 * MIB), piece("c", 40 * MIB), piece("d", 1)];
    const first = survey(facts, pieces);
    await first.of.settle();
    assert.deepEqual(first.asked, ["a b", "c", "d"]);
    assert.equal(first.of.scan.numberings[0]?.settled, true);
    const second = survey(facts, [...pieces, piece("e", 1)]);
    await second.of.settle();
    assert.deepEqual(second.asked, ["e"]);
  });

  it("is learned behind queries when it is its turn, until it is stopped", async () => {
    const facts = new Facts(join(path, "turns.json"));
    const pieces = ["a", "b", "c", "d", "e"].map((name) => piece(name, 20 * MIB));
    const { asked, of } = survey(facts, pieces);
    const turns: (() => void)[] = [];
    const stop = new AbortController();
    const learned = of.settleReadings()(stop.signal, () => new Promise((resolve) => turns.push(resolve)));
    const next = async () => {
      turns.shift()?.();
      await new Promise(setImmediate);
    };
    await next();
    assert.deepEqual(asked, ["a"]);
    await next();
    assert.deepEqual(asked, ["a", "b"]);
    stop.abort();
    for (let i = 0; i < 4; i++) await next();
    await learned;
    assert.deepEqual(asked, ["a", "b"]);
  });
});
