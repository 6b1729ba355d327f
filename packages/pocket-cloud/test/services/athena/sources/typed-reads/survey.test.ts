import { strict as assert } from "node:assert";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Engine, Scan } from "../../../../../../trino-duckdb";
import type { LocalObject } from "../../../../../s3-files";
import type { GlueSource } from "../../../../../services/athena/catalogue/catalogue";
import { Facts } from "../../../../../services/athena/sources/facts";
import type { QueryCopies } from "../../../../../services/athena/sources/typed-reads/copies";
import type { PartitionFiles } from "../../../../../services/athena/sources/typed-reads/partitions";
import { type Select, Survey } from "../../../../../services/athena/sources/typed-reads/survey";
import { temporaryDirectory } from "../../../../temporary";

const MIB = 1 << 20;

/** A partition with one file. */
const partition = (name: string, size: number): PartitionFiles => ({
  files: [{ key: name, path: name, etag: name, size, modified: 0 } satisfies LocalObject],
  storage: {},
});

/** More than a scan whose rows are copied. */
const noCopies = { admits: () => false } as unknown as QueryCopies;

const scan = () =>
  ({
    alias: "t",
    table: { columns: [{ name: "price", type: { kind: "varchar" } }], glue: {} },
    numberings: [{ keys: ["t.id"], unique: false }],
    typedReads: new Map([["price", { name: "price", type: { kind: "double" }, enabled: false }]]),
  }) as unknown as Scan<GlueSource>;

describe("Survey of partition files", () => {
  const { path, remove } = temporaryDirectory();
  after(remove);

  /** A survey whose engine answers true to every condition and records the partitions of each statement. */
  const surveyOf = (facts: Facts, partitions: readonly PartitionFiles[]) => {
    const checked: string[] = [];
    const engine = {
      rows: async (sql: string) => {
        checked.push(/FROM \((.*?)\) AS t/.exec(sql)?.[1] ?? sql);
        return (
          checked
            .at(-1)
            ?.split(" ")
            .map((_, i) => [String(i), "true", "true"]) ?? []
        );
      },
    } as unknown as Engine;
    const select = async (some: readonly PartitionFiles[]) =>
      some.map(({ files }) => files[0]?.key).join(" ");
    return { checked, survey: new Survey(scan(), partitions, select, facts, engine, noCopies) };
  };

  it("checks files in batches, and each file once", async () => {
    const facts = new Facts(join(path, "once.ndjson"));
    const partitions = [
      partition("a", 9 * MIB),
      partition("b", 9 * MIB),
      partition("c", 40 * MIB),
      partition("d", 1),
    ];
    const first = surveyOf(facts, partitions);
    await first.survey.checkNumberings(false);
    assert.deepEqual(first.checked, ["a b", "c", "d"]);
    assert.equal(first.survey.scan.numberings[0]?.unique, true);
    const second = surveyOf(facts, [...partitions, partition("e", 1)]);
    await second.survey.checkNumberings(false);
    assert.deepEqual(second.checked, ["e"]);
  });

  it("decides about typed reads in the same pass, where keys are checked", async () => {
    const facts = new Facts(join(path, "typed.ndjson"));
    const { checked, survey } = surveyOf(facts, [partition("a", MIB)]);
    await survey.checkNumberings(true);
    await survey.enableTypedReads()(new AbortController().signal, async () => undefined);
    assert.deepEqual(checked, ["a"]);
    assert.equal(survey.scan.typedReads.get("price")?.enabled, true);
  });

  it("takes keys that are not unique from rows whose numbers are read as such", async () => {
    const facts = new Facts(join(path, "numbers.ndjson"));
    const asked: string[] = [];
    const engine = {
      rows: async (sql: string) => {
        asked.push(/FROM \(([a-z]*?)\) AS t/.exec(sql)?.[1] ?? sql);
        return [["0", "true", "false"]];
      },
    } as unknown as Engine;
    const columns = ["price", "origin"].map((name) => ({ name, type: { kind: "varchar" } }));
    const of = { ...scan(), table: { columns, glue: {} } } as unknown as Scan<GlueSource>;
    const select: Select = async (_, numbers) => (numbers.length > 0 ? "numbers" : "texts");
    const survey = new Survey(of, [partition("a", MIB)], select, facts, engine, noCopies);
    await survey.checkNumberings(true);
    survey.enableTypedReads();
    assert.deepEqual(asked, ["numbers"]);
    assert.equal(of.numberings[0]?.unique, false);
    assert.equal(of.typedReads.get("price")?.enabled, true);
  });

  it("keeps one fact for all typed reads that are exact, and one for each that may not be", async () => {
    const kept: string[] = [];
    const facts = new Facts(join(path, "one.ndjson"));
    const add = facts.add.bind(facts);
    facts.add = (some) => {
      const list = [...some];
      kept.push(list.map(([, holds]) => holds).join(" "));
      add(list);
    };
    const engine = {
      rows: async () => [
        ["0", "true", "true", "true"],
        ["1", "true", "false", "true"],
      ],
    } as unknown as Engine;
    const of = scan();
    of.typedReads.set("rank", { name: "price", type: { kind: "bigint" }, enabled: false, needsText: true });
    const partitions = [partition("a", MIB), partition("b", MIB)];
    const survey = () => new Survey(of, partitions, async () => "", facts, engine, noCopies);
    await survey().checkNumberings(true);
    assert.deepEqual(kept, ["true true", "true false true"]);
    survey().enableTypedReads();
    assert.deepEqual(
      [...of.typedReads.values()].map(({ enabled }) => enabled),
      [false, true],
    );
    assert.equal(of.numberings[0]?.unique, true);
  });

  it("ends after all its statements when one of them fails", async () => {
    const facts = new Facts(join(path, "fails.ndjson"));
    const ended: string[] = [];
    const engine = {
      rows: async (sql: string) => {
        if (sql.includes("(a)")) throw new Error("bad data");
        await setTimeout(20);
        ended.push("b");
        return [["0", "true", "true"]];
      },
    } as unknown as Engine;
    const partitions = [partition("a", 20 * MIB), partition("b", 20 * MIB)];
    const select: Select = async ([one]) => one?.files[0]?.key;
    const survey = new Survey(scan(), partitions, select, facts, engine, noCopies);
    await assert.rejects(survey.checkNumberings(false), /bad data/);
    assert.deepEqual(ended, ["b"]);
  });

  it("waits for idle before each background statement and stops when aborted", async () => {
    const facts = new Facts(join(path, "turns.ndjson"));
    const partitions = ["a", "b", "c", "d", "e"].map((name) => partition(name, 20 * MIB));
    const { checked, survey } = surveyOf(facts, partitions);
    const turns: (() => void)[] = [];
    const stop = new AbortController();
    const done = survey.enableTypedReads()(
      stop.signal,
      () => new Promise<void>((resolve) => turns.push(resolve)),
    );
    const next = async () => {
      turns.shift()?.();
      await new Promise(setImmediate);
    };
    await next();
    assert.deepEqual(checked, ["a"]);
    await next();
    assert.deepEqual(checked, ["a", "b"]);
    stop.abort();
    for (let i = 0; i < 4; i++) await next();
    await done;
    assert.deepEqual(checked, ["a", "b"]);
  });
});
