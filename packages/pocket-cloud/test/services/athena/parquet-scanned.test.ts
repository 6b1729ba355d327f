import { strict as assert } from "node:assert";
import { CreatePartitionCommand } from "@aws-sdk/client-glue";
import { Engine } from "../../../../trino-duckdb";
import { bytesRead, parquetReads } from "../../../services/athena/sources/parquet/reads";
import { furnish, startWorld, type World } from "./harness";

const plan = (info: object) =>
  JSON.stringify([{ name: "PROJECTION", children: [{ name: "X", extra_info: info }] }]);
const columns = new Set(["coin", "price", "at", "note", "code"]);
const chunk = (bytes: number, min?: string, max?: string) => [{ bytes, isText: true, min, max }];

describe("The bytes that a query scans of Parquet", () => {
  it("are those of the columns it selects or filters", () => {
    const info = { Function: "READ_PARQUET", Projections: ["price", "at"], Filters: "coin='a price'" };
    const [read] = parquetReads(plan(info), columns);
    assert.deepEqual(read?.columns, ["price", "at", "coin"]);
    assert.deepEqual(parquetReads(plan({ Function: "READ_CSV", Projections: ["price"] }), columns), []);
    const [none] = parquetReads(plan({ Function: "READ_PARQUET", Projections: "" }), columns);
    assert.deepEqual(none, { columns: [], conditions: [] });
  });

  const group = new Map([
    ["coin", chunk(10, "b", "d")],
    ["price", chunk(100, "-2.5", "30.0")],
    ["at", chunk(1000, "2026-01-02 00:00:00", "2026-01-02 23:55:00")],
    ["note", chunk(10_000)],
    ["code", chunk(100_000, "10", "9")],
  ]);
  const cases: readonly (readonly [filters: string | string[], isRead: boolean])[] = [
    ["coin='b'", true],
    ["coin='a'", false],
    ["coin='e'", false],
    ["coin IN ('a', 'e')", false],
    ["optional: coin IN ('a', 'c')", true],
    ["coin>='b' AND coin<'c' AND (coin IS NOT NULL)", true],
    ["coin>='e' AND coin<'f'", false],
    ["coin<'b'", false],
    ["coin<='b'", true],
    ["price>30.0", false],
    ["price>=30.0", true],
    ["price<-2.5", false],
    ["price=4", true],
    ["price=1e2", false],
    ["at>='2026-01-03 00:00:00'::TIMESTAMP", false],
    ["at<='2026-01-02 00:00:00'::TIMESTAMP", true],
    ["note='x'", true],
    ["code='50'", true],
    ["code IN ('1', '90')", false],
    ["(coin='a' OR price>3.0)", true],
    ["coin='a AND b' AND price>3.0", false],
    [["coin='c'", "price>31.0"], false],
  ];
  for (const [Filters, isRead] of cases)
    it(`are ${isRead ? "some" : "none"} of a row group where ${Filters}`, () => {
      const [read] = parquetReads(plan({ Function: "READ_PARQUET", Projections: "at", Filters }), columns);
      assert.ok(read);
      assert.equal(bytesRead(read, [group]) > 0, isRead);
    });

  describe("in Athena", () => {
    let world: World;
    let whole = 0;
    before(async () => {
      world = await startWorld();
      await furnish(world);
      const select = (coin: string) =>
        `SELECT '${coin}' AS coin, n * 1.5e0 AS price, cast(n AS varchar) || 'abcdefgh' AS note FROM UNNEST(sequence(1, 5000)) AS t(n)`;
      for (const coin of ["a", "b"]) {
        const sql = `UNLOAD (${select(coin)}) TO 's3://lake/ticks/dt=${coin}/' WITH (format = 'PARQUET')`;
        assert.equal((await world.run(sql)).Status?.StateChangeReason, undefined);
      }
      await world.run(
        "CREATE EXTERNAL TABLE ticks (coin string, price double, note string) STORED AS PARQUET LOCATION 's3://lake/ticks/'",
      );
      whole = await scanned("SELECT * FROM ticks");
    });
    after(() => world.stop());

    const scanned = async (sql: string) => {
      const { Status, Statistics } = await world.run(sql);
      assert.equal(Status?.State, "SUCCEEDED", Status?.StateChangeReason);
      return Statistics?.DataScannedInBytes ?? Number.NaN;
    };

    it("are less for fewer columns, half for the row groups that remain, and none to count rows", async () => {
      const price = await scanned("SELECT sum(price) FROM ticks");
      assert.ok(price > 1000 && price < whole / 2, `${price} of ${whole}`);
      const [one, both] = [
        await scanned("SELECT sum(price) FROM ticks WHERE coin = 'a'"),
        await scanned("SELECT sum(price) FROM ticks WHERE coin >= 'a'"),
      ];
      assert.ok(Math.abs(one - both / 2) < both / 20, `${one} of ${both}`);
      assert.equal(await scanned("SELECT count(*) FROM ticks"), 0);
      assert.equal(await scanned("SELECT sum(price) FROM ticks WHERE coin = 'z'"), 0);
    });

    it("are planned once for a query that runs again over the same files, and anew when an object changes", async () => {
      const plans: string[] = [];
      const { rows } = Engine.prototype;
      Engine.prototype.rows = function (sql, ...rest) {
        if (sql.startsWith("EXPLAIN")) plans.push(sql);
        return rows.call(this, sql, ...rest);
      };
      try {
        const sql = "SELECT max(price) FROM ticks";
        const first = await scanned(sql);
        assert.equal(await scanned(sql), first);
        assert.equal(plans.length, 1);
        const few = "SELECT 'c' AS coin, 1e0 AS price, 'x' AS note";
        const unload = `UNLOAD (${few}) TO 's3://lake/ticks/dt=c/' WITH (format = 'PARQUET')`;
        assert.equal((await world.run(unload)).Status?.State, "SUCCEEDED");
        plans.length = 0;
        assert.ok((await scanned(sql)) > first);
        assert.equal(plans.length, 1);
      } finally {
        Engine.prototype.rows = rows;
      }
    });

    it("count in a self-join, a view and a statement that writes", async () => {
      const price = await scanned("SELECT sum(price) FROM ticks");
      assert.ok(
        (await scanned("SELECT sum(x.price) FROM ticks x, ticks y WHERE x.price = y.price + 1e6")) >= price,
      );
      await world.run("CREATE VIEW all_ticks AS SELECT * FROM ticks");
      assert.equal(await scanned("SELECT sum(price) FROM all_ticks"), price);
      assert.equal(
        await scanned(
          "UNLOAD (SELECT sum(price) AS p FROM ticks) TO 's3://lake/sums/' WITH (format = 'PARQUET')",
        ),
        price,
      );
    });

    /** The SQL of the queries that DuckDB runs for the result of some work. */
    const sqlOf = async (work: () => Promise<unknown>): Promise<string[]> => {
      const seen: string[] = [];
      const { query } = Engine.prototype;
      Engine.prototype.query = function (sql, ...rest) {
        seen.push(sql);
        return query.call(this, sql, ...rest);
      };
      try {
        await work();
      } finally {
        Engine.prototype.query = query;
      }
      return seen;
    };

    it("let a query for one key read the files that may have it, and none if no file has", async () => {
      const count = async (where: string) => {
        const filesRead: number[] = [];
        const rows: (string | null)[][] = [];
        for (const sql of await sqlOf(async () => {
          rows.push(...(await world.rows(`SELECT count(*), max(price) FROM ticks WHERE ${where}`)));
        }))
          filesRead.push(/read_parquet\(\[(.*?)\]/.exec(sql)?.[1]?.split(",").length ?? 0);
        return [filesRead.join(), rows[1]?.join(" ")];
      };
      assert.deepEqual(await count("coin <> 'x'"), ["3", "10001 7500.0"]);
      assert.deepEqual(await count("coin = 'a'"), ["1", "5000 7500.0"]);
      assert.deepEqual(await count("coin IN ('a', 'b') AND price < 4"), ["2", "4 3.0"]);
      assert.deepEqual(await count("coin = 'zz'"), ["0", "0 "]);
    });

    it("tell, once the footers are known, that a comparison need not look for NaN", async () => {
      const larger = async () =>
        (await world.rows("SELECT count(*) FROM (TABLE ticks UNION ALL TABLE ticks) WHERE price > 15"))[1];
      await scanned("SELECT price FROM ticks");
      const [sql] = await sqlOf(async () => assert.deepEqual(await larger(), ["19960"]));
      assert.doesNotMatch(sql ?? "", /Infinity/);
      const odd = "SELECT 'n' AS coin, nan() AS price, 'x' AS note UNION ALL SELECT 'n', 2e1, 'y'";
      await world.run(`UNLOAD (${odd}) TO 's3://lake/ticks/dt=n/' WITH (format = 'PARQUET')`);
      const [first, second] = await sqlOf(async () =>
        assert.deepEqual([await larger(), await larger()], [["19962"], ["19962"]]),
      );
      assert.match(first ?? "", /Infinity/);
      assert.match(second ?? "", /Infinity/);
    });

    it("do not tell that of text files beside them", async () => {
      await world.run(
        "CREATE EXTERNAL TABLE mixed (price double) PARTITIONED BY (kind string) STORED AS PARQUET LOCATION 's3://lake/mixed/'",
      );
      await world.run(
        "UNLOAD (SELECT 2e0 AS price) TO 's3://lake/mixed/kind=parquet/' WITH (format = 'PARQUET')",
      );
      await world.run("ALTER TABLE mixed ADD PARTITION (kind = 'parquet')");
      await world.put("mixed/kind=text/a.csv", "NaN\n3.5\n");
      await world.glue.send(
        new CreatePartitionCommand({
          DatabaseName: "market",
          TableName: "mixed",
          PartitionInput: {
            Values: ["text"],
            StorageDescriptor: {
              Location: "s3://lake/mixed/kind=text/",
              Columns: [{ Name: "price", Type: "double" }],
              SerdeInfo: {
                SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                Parameters: { "field.delim": "," },
              },
            },
          },
        }),
      );
      const larger = () => world.rows("SELECT count(*) FROM mixed WHERE price > 1");
      assert.deepEqual(
        [await larger(), await larger()],
        [
          [["_col0"], ["2"]],
          [["_col0"], ["2"]],
        ],
      );
    });

    it("are read without the sides of UNION ALL that have no files", async () => {
      await world.run(
        "CREATE EXTERNAL TABLE nothing (coin string) STORED AS PARQUET LOCATION 's3://lake/nothing/'",
      );
      const sql =
        "SELECT DISTINCT coin FROM (SELECT coin FROM nothing UNION ALL SELECT coin FROM ticks) WHERE coin < 'b'";
      const [sent] = await sqlOf(async () => assert.deepEqual(await world.rows(sql), [["coin"], ["a"]]));
      assert.doesNotMatch(sent ?? "", /UNION/);
    });
  });
});
