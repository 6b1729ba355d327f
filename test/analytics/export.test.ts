import { strict as assert } from "node:assert";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { runExport } from "../../analytics/export/command";
import { NOW, price, type TestLake, testLake } from "../functions/compact/lake";
import { temporaryDirectory } from "../support/temporary";

const QUERY = "SELECT dt, coin_id, price_usd, event_time FROM crypto WHERE dt >= '2026-01-30'";

describe("npm run export", () => {
  const { path: folder, remove } = temporaryDirectory();
  let lake: TestLake;
  let output = "";
  before(async () => {
    lake = await testLake();
    await lake.put("a", [
      price("bitcoin", "2026-01-30", 3, 1.5),
      price("=ether, the 2nd", "2026-01-30", 4, 2),
    ]);
    await lake.put("b", [price("bitcoin", "2026-01-31", 5, 3)]);
    await lake.compact({ to: "2026-01-30" });
  });
  after(async () => {
    await lake.stop();
    remove();
  });

  const write = (text: string) => {
    output += text;
    return Promise.resolve();
  };
  const run = async (...args: string[]): Promise<number> => {
    output = "";
    return runExport([...args, "--env", "test"], {
      connect: async () => ({ connection: lake.connection }),
      stdout: { isTTY: false, write },
      stderr: { isTTY: false, write },
      stateDir: join(folder, "state"),
      now: () => NOW,
    });
  };
  const duckdb = async (sql: string): Promise<unknown[][]> => {
    const connection = await (await DuckDBInstance.create()).connect();
    return (await connection.runAndReadAll(sql)).getRowsJson();
  };
  const place = (name: string) => join(folder, name);

  it("writes a query as Parquet into a folder, with its types, and leaves nothing in S3", async () => {
    assert.equal(await run("sql", QUERY, "--to", place("plain")), 0);
    const rows = await duckdb(
      `SELECT dt, coin_id, price_usd, epoch_ms(event_time)::VARCHAR FROM '${place("plain")}/*.parquet' ORDER BY 1, 2`,
    );
    assert.deepEqual(rows, [
      ["2026-01-30", "=ether, the 2nd", 2, String(Date.UTC(2026, 0, 30, 4))],
      ["2026-01-30", "bitcoin", 1.5, String(Date.UTC(2026, 0, 30, 3))],
      ["2026-01-31", "bitcoin", 3, String(Date.UTC(2026, 0, 31, 5))],
    ]);
    assert.match(output, /plain\/: \d files?, /);
    assert.deepEqual(
      (await lake.keys("results/")).filter((key) => key.includes("export-")),
      [],
    );
  });

  it("writes partitions as folders, whatever the order of the columns", async () => {
    assert.equal(await run("sql", QUERY, "--to", place("parts"), "--partition-by", "dt"), 0);
    assert.deepEqual(readdirSync(place("parts")).sort(), ["dt=2026-01-30", "dt=2026-01-31"]);
    assert.deepEqual(
      await duckdb(
        `SELECT dt::VARCHAR, count(*)::INTEGER FROM read_parquet('${place("parts")}/*/*.parquet', hive_partitioning = true) GROUP BY 1 ORDER BY 1`,
      ),
      [
        ["2026-01-30", 2],
        ["2026-01-31", 1],
      ],
    );
  });

  it("writes a report into S3 as Parquet, with its parameters", async () => {
    const to = `s3://${lake.bucket}/shared/ohlc`;
    const window = ["--since", "2026-01-30", "--until", "2026-02-01"];
    assert.equal(await run("ohlc", ...window, "--coins", "bitcoin", "--to", to), 0);
    mkdirSync(place("ohlc"));
    for (const [i, key] of (await lake.keys("shared/ohlc/")).entries()) {
      const { Body } = await lake.s3.send(new GetObjectCommand({ Bucket: lake.bucket, Key: key }));
      writeFileSync(place(`ohlc/${i}.parquet`), (await Body?.transformToByteArray()) ?? "");
    }
    assert.deepEqual(await duckdb(`SELECT count(*)::INTEGER FROM '${place("ohlc")}/*.parquet'`), [[2]]);
    await assert.rejects(run("ohlc", ...window, "--coins", "bitcoin", "--to", to), /is not empty/);
  });

  it("writes csv and json as one file, into a folder or S3, without protection against formulas", async () => {
    const query = "SELECT coin_id, price_usd FROM crypto WHERE dt = '2026-01-30' ORDER BY 1";
    const csv = 'coin_id,price_usd\n"=ether, the 2nd",2.0\nbitcoin,1.5\n';
    assert.equal(await run("sql", query, "--to", place("text"), "--format", "csv"), 0);
    assert.equal(readFileSync(place("text/query.csv"), "utf8"), csv);
    assert.equal(await run("sql", query, "--to", `s3://${lake.bucket}/shared/csv/`, "--format", "csv"), 0);
    const { Body } = await lake.s3.send(
      new GetObjectCommand({ Bucket: lake.bucket, Key: "shared/csv/query.csv" }),
    );
    assert.equal(await Body?.transformToString(), csv);
    assert.equal(await run("sql", query, "--to", place("json"), "--format", "json"), 0);
    assert.deepEqual(JSON.parse(readFileSync(place("json/query.json"), "utf8")), [
      { coin_id: "=ether, the 2nd", price_usd: 2 },
      { coin_id: "bitcoin", price_usd: 1.5 },
    ]);
  });

  it("refuses a used folder, unknown columns, partitions of csv, other places, and writing queries", async () => {
    await assert.rejects(
      run("sql", QUERY, "--to", place("text")),
      /text\/ is not empty: choose another place/,
    );
    await assert.rejects(
      run("sql", QUERY, "--to", place("new"), "--partition-by", "day"),
      /--partition-by day is no column of the result: dt, coin_id, price_usd, event_time/,
    );
    await assert.rejects(
      run("sql", QUERY, "--to", place("new"), "--partition-by", "dt", "--format", "csv"),
      /--partition-by needs --format parquet/,
    );
    await assert.rejects(run("sql", QUERY, "--to", "gs://bucket/x"), /--to takes a folder or s3:/);
    await assert.rejects(run("sql", "DROP TABLE crypto", "--to", place("new")), /refused: sql only reads/);
    await assert.rejects(run("sql", QUERY), /--to PLACE is missing/);
    await assert.rejects(
      run("sql", "SELECT * FROM crypto", "--to", place("new")),
      /no predicate bounds its partitions|refused/,
    );
    assert.equal(readdirSync(folder).includes("new"), false);
  });
});
