import { strict as assert } from "node:assert";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BatchCreatePartitionCommand } from "@aws-sdk/client-glue";
import { Engine } from "../../../../trino-duckdb";
import type { Caller } from "../../../caller";
import { finished, furnish, startWorld, ticks, type World } from "./harness";

/** Each row once, with its values typed, as the views of a lake have them. */
const distinct = (table: string, columns: string, where = "dt = '2026-01-01'", more = ""): string =>
  `SELECT ${columns} FROM (SELECT coin_id, hour, TRY_CAST(NULLIF(price_usd, '') AS double) AS price,
      TRY_CAST(market_cap_rank AS bigint) AS rank, TRY_CAST(NULLIF(event_time, '') AS timestamp) AS at, dt, ${more}
      row_number() OVER (PARTITION BY dt, hour, coin_id, event_time ORDER BY "$path") AS n
    FROM ${table}) WHERE n = 1 AND ${where} ORDER BY 1, 2`;

const TYPED = "coin_id, hour, price, rank, at, dt";

const AT = "2026-01-01 00:00:00.123";

describe("Typed copies of CSV files", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
  });
  after(() => world.stop());

  const table = async (name: string, files: Readonly<Record<string, string>>) => {
    await world.table(ticks(name));
    for (const [key, body] of Object.entries(files))
      await world.put(`${name}/dt=2026-01-01/hour=${key}`, body);
  };

  /** The rows of a query, and how often its SQL reads copies and CSV files. */
  const read = async (sql: string) => {
    const statements: string[] = [];
    const { query } = Engine.prototype;
    Engine.prototype.query = function (sql, ...rest) {
      statements.push(sql);
      return query.call(this, sql, ...rest);
    };
    try {
      const [, ...rows] = await world.rows(sql);
      const [statement = ""] = statements;
      return {
        rows,
        copies: statement.split("read_parquet(").length - 1,
        files: statement.split("read_csv(").length - 1,
      };
    } finally {
      Engine.prototype.query = query;
    }
  };

  const kept = () => {
    const dir = join(world.dir, "cloud", "athena", "copies");
    return existsSync(dir) ? readdirSync(dir).length : 0;
  };

  it("are read in place of the files, by the query that makes them and by later ones", async () => {
    await table("first", {
      "00/a.csv": `a,1.50,7,${AT}\n"b,""c""",-2e3,,${AT}\n`,
      "01/a.csv": `"",,-1,${AT}\n`,
    });
    const sql = distinct("first", TYPED);
    const expected = [
      ["", "01", null, "-1", AT, "2026-01-01"],
      ["a", "00", "1.5", "7", AT, "2026-01-01"],
      ['b,"c"', "00", "-2000.0", null, AT, "2026-01-01"],
    ];
    assert.deepEqual(await read(sql), { rows: expected, copies: 1, files: 0 });
    assert.deepEqual(await read(sql), { rows: expected, copies: 1, files: 0 });
    assert.deepEqual(
      await read(distinct("first", "hour, coin_id, count(*) OVER ()", "dt = '2026-01-01' AND hour = '01'")),
      {
        rows: [["01", "", "1"]],
        copies: 1,
        files: 0,
      },
    );
  });

  it("are read beside those of later files, and not for a replaced file", async () => {
    await table("later", { "00/a.csv": `a,1,1,${AT}\n`, "01/a.csv": `b,2,1,${AT}\n` });
    const sql = distinct("later", TYPED);
    await read(sql);
    await world.put("later/dt=2026-01-01/hour=02/a.csv", `c,3,1,${AT}\n`);
    await world.put("later/dt=2026-01-01/hour=00/a.csv", `a,4,1,${AT}\n`);
    assert.deepEqual(await read(sql), {
      rows: [
        ["a", "00", "4.0", "1", AT, "2026-01-01"],
        ["b", "01", "2.0", "1", AT, "2026-01-01"],
        ["c", "02", "3.0", "1", AT, "2026-01-01"],
      ],
      copies: 2,
      files: 0,
    });
  });

  it("are not read by a query of paths, or of the text of a number", async () => {
    await table("texts", { "00/a.csv": `a,1.50,7,${AT}\n` });
    await read(distinct("texts", TYPED));
    assert.deepEqual(await read(distinct("texts", `path, ${TYPED}`, undefined, '"$path" AS path,')), {
      rows: [["s3://lake/texts/dt=2026-01-01/hour=00/a.csv", "a", "00", "1.5", "7", AT, "2026-01-01"]],
      copies: 0,
      files: 1,
    });
    assert.deepEqual(await read(distinct("texts", `text, ${TYPED}`, undefined, "price_usd AS text,")), {
      rows: [["1.50", "a", "00", "1.5", "7", AT, "2026-01-01"]],
      copies: 0,
      files: 1,
    });
  });

  it("are not kept of files with a text that is no number, or with duplicates of a key", async () => {
    const before = kept();
    await table("odd", { "00/a.csv": `a,x,7,${AT}\nb,1,7,${AT}\n` });
    assert.deepEqual(await read(distinct("odd", TYPED)), {
      rows: [
        ["a", "00", null, "7", AT, "2026-01-01"],
        ["b", "00", "1.0", "7", AT, "2026-01-01"],
      ],
      copies: 0,
      files: 1,
    });
    assert.equal(kept(), before);
    await table("twice", { "00/a.csv": `a,1,7,${AT}\n`, "00/b.csv": `a,1,7,${AT}\n` });
    assert.deepEqual(await read(distinct("twice", TYPED)), {
      rows: [["a", "00", "1.0", "7", AT, "2026-01-01"]],
      copies: 0,
      files: 1,
    });
  });

  it("are not kept of files with a negative zero, whose sign would be that of every zero", async () => {
    await table("zeros", { "00/a.csv": `a,-0.0,7,${AT}\nb,0.0,7,${AT}\n` });
    const sql = distinct("zeros", "coin_id, hour, price, 1 / price");
    const expected = [
      ["a", "00", "-0.0", "-Infinity"],
      ["b", "00", "0.0", "Infinity"],
    ];
    assert.deepEqual((await read(sql)).rows, expected);
    assert.deepEqual(await read(sql), { rows: expected, copies: 0, files: 1 });
  });

  it("count as the bytes of the CSV files, beside a Parquet table", async () => {
    await table("bytes", { "00/a.csv": `a,1.50,7,${AT}\n` });
    await world.run(
      "CREATE TABLE other WITH (external_location = 's3://lake/other/') AS SELECT 'a' AS name, 1 AS n",
    );
    const scanned = async (sql: string) => (await world.run(sql)).Statistics?.DataScannedInBytes;
    const sql = distinct("bytes", TYPED);
    assert.equal(await scanned(sql), `a,1.50,7,${AT}\n`.length);
    assert.equal(await scanned(sql), `a,1.50,7,${AT}\n`.length);
    const other = (await scanned("SELECT name FROM other")) ?? 0;
    assert.ok(other > 0);
    assert.equal(
      await scanned(
        `SELECT o.name, t.price FROM other o JOIN (${distinct("bytes", "coin_id, price")}) t ON o.name = t.coin_id`,
      ),
      other + `a,1.50,7,${AT}\n`.length,
    );
  });

  it("of one set of casts are those of the query's columns, whatever keys it removes duplicates by", async () => {
    await table("keys", { "00/a.csv": `a,1.50,7,${AT}\n` });
    const by = (keys: string, column: string) =>
      `SELECT ${column} FROM (SELECT coin_id, dt, TRY_CAST(price_usd AS double) AS price, NULLIF(price_usd, '') AS text,
          row_number() OVER (PARTITION BY dt, hour, ${keys} ORDER BY "$path") AS n FROM keys) WHERE n = 1 AND dt = '2026-01-01'`;
    assert.deepEqual((await read(by("coin_id", "price"))).rows, [["1.5"]]);
    assert.deepEqual((await read(by("coin_id, price_usd", "text"))).rows, [["1.50"]]);
    assert.deepEqual((await read(by("coin_id, price_usd", "price"))).rows, [["1.5"]]);
  });

  it("have the rows of files that are in two partitions for each of them", async () => {
    const { PartitionKeys: _, Parameters: __, ...one } = ticks("same");
    await world.table({ ...one, PartitionKeys: [{ Name: "day", Type: "date" }] });
    const PartitionInputList = ["2026-01-01", "2026-01-02"].map((day) => ({
      Values: [day],
      StorageDescriptor: { ...one.StorageDescriptor, Location: "s3://lake/same/one/" },
    }));
    await world.glue.send(
      new BatchCreatePartitionCommand({ DatabaseName: "market", TableName: "same", PartitionInputList }),
    );
    await world.put("same/one/a.csv", `a,1.50,7,${AT}\n`);
    const sql = `SELECT day, price FROM (SELECT day, TRY_CAST(price_usd AS double) AS price,
        row_number() OVER (PARTITION BY day, coin_id ORDER BY "$path") AS n FROM same) WHERE n = 1 ORDER BY 1`;
    const rows = [
      ["2026-01-01", "1.5"],
      ["2026-01-02", "1.5"],
    ];
    assert.deepEqual((await read(sql)).rows, rows);
    assert.deepEqual((await read(sql)).rows, rows);
  });

  it("are not made of compressed files, a small one of which may have terabytes", async () => {
    const before = kept();
    await world.table(ticks("zipped"));
    await world.put("zipped/dt=2026-01-01/hour=00/a.csv.gz", gzipSync(`a,1.50,7,${AT}\n`));
    assert.deepEqual(await read(distinct("zipped", "coin_id, price")), {
      rows: [["a", "1.5"]],
      copies: 0,
      files: 1,
    });
    assert.equal(kept(), before);
  });

  it("are not read when their files are gone", async () => {
    await table("gone", { "00/a.csv": `a,1.50,7,${AT}\n` });
    const sql = distinct("gone", TYPED);
    const { rows } = await read(sql);
    rmSync(join(world.dir, "cloud", "athena", "copies"), { recursive: true });
    assert.deepEqual(await read(sql), { rows, copies: 0, files: 1 });
  });

  it("are not read for a caller who may not read the files", async () => {
    const { cloud } = world;
    const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
    const Principal = { Service: "lambda.amazonaws.com" };
    const { Role } = await cloud.call(
      "iam",
      "CreateRole",
      {
        RoleName: "reader",
        AssumeRolePolicyDocument: document({ Effect: "Allow", Principal, Action: "sts:AssumeRole" }),
      },
      cloud.administrator,
    );
    const policy = (...actions: string[]) =>
      cloud.call(
        "iam",
        "PutRolePolicy",
        {
          RoleName: "reader",
          PolicyName: "p",
          PolicyDocument: document({ Effect: "Allow", Action: actions, Resource: "*" }),
        },
        cloud.administrator,
      );
    const caller: Caller = {
      accountId: cloud.accountId,
      arn: `arn:aws:sts::${cloud.accountId}:assumed-role/reader/s`,
      userId: "AROA:s",
      role: { arn: Role?.Arn ?? "", name: "reader", sessionName: "s" },
    };
    await table("secret", { "00/a.csv": `a,1.50,7,${AT}\n` });
    const sql = distinct("secret", TYPED);
    assert.equal((await read(sql)).copies, 1);
    const QueryString = sql.replace("FROM secret", "FROM market.secret");
    const reason = async () => {
      const { QueryExecutionId } = await cloud.call(
        "athena",
        "StartQueryExecution",
        { QueryString, ResultConfiguration: { OutputLocation: "s3://results/" } },
        caller,
      );
      const { Status } = await finished(world.athena, QueryExecutionId ?? "");
      return Status?.StateChangeReason;
    };
    await policy("athena:*", "glue:*", "s3:ListBucket", "s3:PutObject", "s3:GetObject");
    assert.equal(await reason(), undefined);
    await policy("athena:*", "glue:*", "s3:ListBucket", "s3:PutObject");
    assert.match(
      (await reason()) ?? "",
      /^PERMISSION_DENIED: .*s3:GetObject on resource: "arn:aws:s3:::lake\/secret/,
    );
  });
});
