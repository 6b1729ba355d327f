import { strict as assert } from "node:assert";
import { basename, join } from "node:path";
import { Engine } from "../../../../../../trino-duckdb";
import { conditionIn } from "../../../../../services/athena/sources/parquet/conditions";
import { ParquetFooters } from "../../../../../services/athena/sources/parquet/footers";
import { ParquetLimits } from "../../../../../services/athena/sources/parquet/limits";
import { temporaryDirectory } from "../../../../temporary";

describe("The files that may have rows of a key", () => {
  const { path, remove } = temporaryDirectory();
  const engine = new Engine(path);
  const footers = new ParquetFooters(engine);
  after(async () => {
    await engine.stop();
    remove();
  });
  const write = async (name: string, select: string, options = ""): Promise<string> => {
    const file = join(path, `${name}.parquet`);
    await engine.execute(`COPY (${select}) TO '${file}' (FORMAT parquet${options})`);
    return file;
  };
  const coins = (...names: string[]) =>
    `SELECT * FROM (VALUES ${names.map((each) => `(${each}, 1)`).join(", ")}) AS t(Coin, n)`;
  const files: string[] = [];
  before(async () => {
    files.push(
      await write("ad", coins("'a'", "'d'")),
      await write("eh", coins("'e'", "NULL", "'h'")),
      await write("null", coins("NULL::VARCHAR")),
      await write("other", "SELECT 1 AS n"),
      // A query of it fails, because its column is no text.
      await write("number", "SELECT i AS coin FROM range(5, 11) AS t(i)"),
      await write("binary", coins("'\\xC3\\xA4'::BLOB")),
      await write(
        "groups",
        "SELECT chr((112 + i // 2048)::INTEGER) AS coin FROM range(4096) AS t(i) ORDER BY i",
        ", ROW_GROUP_SIZE 2048",
      ),
    );
  });

  const matching = async (limits: ParquetLimits, ...conditions: string[]): Promise<string> => {
    const parsed = conditions.map((text) => conditionIn(text) ?? assert.fail(text));
    return [...(await limits.matching(files, parsed))].map((file) => basename(file, ".parquet")).join(" ");
  };
  const ALWAYS = "null other number binary";

  const isThoseWithLimits = async (limits: ParquetLimits): Promise<void> => {
    assert.equal(await matching(limits, `"coin" = 'b'`), `ad ${ALWAYS}`);
    assert.equal(await matching(limits, `"coin" = 'dd'`), ALWAYS);
    assert.equal(await matching(limits, `"coin" IN ('f', 'z')`), `eh ${ALWAYS}`);
    assert.equal(await matching(limits, `"coin" = 'q'`), `${ALWAYS} groups`);
    assert.equal(await matching(limits, `"coin" = 'ä'`), ALWAYS);
    assert.equal(await matching(limits, `"coin" >= 'h'`), `eh ${ALWAYS} groups`);
    assert.equal(await matching(limits, `"coin" >= 'b'`, `"coin" < 'e'`), `ad ${ALWAYS}`);
  };

  it("are those whose limits have it, and those whose limits are not known", () =>
    isThoseWithLimits(new ParquetLimits(engine, footers)));

  it("are found without a question when an earlier query has read their footers", async () => {
    const read = new ParquetFooters(engine);
    await read.rowGroups(files);
    const rows = () => Promise.reject(new Error("asked"));
    await isThoseWithLimits(new ParquetLimits({ rows } as unknown as Engine, read));
  });

  it("are asked for once", async () => {
    const asked: string[] = [];
    const rows = (sql: string) => {
      asked.push(sql);
      return engine.rows(sql);
    };
    const counting = new ParquetLimits({ rows } as Engine, footers);
    const condition = conditionIn(`"coin" = 'b'`) ?? assert.fail();
    await counting.matching(files.slice(0, 2), [condition]);
    await counting.matching(files.slice(0, 3), [condition]);
    assert.deepEqual(
      asked.map((sql) =>
        files.filter((file) => sql.includes(file)).map((file) => basename(file, ".parquet")),
      ),
      [["ad", "eh"], ["null"]],
    );
  });
});

describe("A predicate", () => {
  it("is a condition if it compares one column with literals", () => {
    assert.deepEqual(conditionIn(`"coin" = 'o''x'`), {
      column: "coin",
      operator: "=",
      values: [{ text: "o'x", isNumber: false }],
    });
    for (const other of [
      `"coin" <> 'a'`,
      `"a" = "b"`,
      `NOT ("coin" = 'a')`,
      `"coin" = 'a') OR ("coin" = 'b'`,
    ])
      assert.equal(conditionIn(other), undefined, other);
  });
});
