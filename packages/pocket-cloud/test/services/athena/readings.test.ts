import { strict as assert } from "node:assert";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Engine } from "../../../../trino-duckdb";
import { readIfExists } from "../../../storage/atomic";
import { furnish, startWorld, ticks, type World } from "./harness";

const TYPED = `SELECT coin_id, TRY_CAST(NULLIF(price_usd, '') AS double) AS price, TRY_CAST(market_cap_rank AS bigint) AS rank,
  TRY_CAST(NULLIF(event_time, '') AS timestamp) AS at FROM NAME WHERE dt = '2026-01-01' ORDER BY "$path", coin_id`;

describe("Casts of text columns", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
  });
  after(() => world.stop());

  /** The cached facts about files, which background checks write after a query. */
  const facts = () => readIfExists(join(world.dir, "cloud", "athena", "facts.ndjson"))?.toString();

  /** Runs a query twice: the first run casts the texts, the second may read the columns as the types. */
  const twice = async (name: string, body: string, sql = TYPED) => {
    await world.table(ticks(name));
    await world.put(`${name}/dt=2026-01-01/hour=00/a.csv`, body);
    const query = sql.replaceAll("NAME", name);
    const known = facts();
    const first = await world.rows(query);
    while (facts() === known) await setTimeout(2);
    assert.deepEqual(await world.rows(query), first);
    return first.slice(1);
  };

  it("read columns as their types once the files are known", async () => {
    const statements: string[] = [];
    const { query } = Engine.prototype;
    Engine.prototype.query = function (sql, ...rest) {
      statements.push(sql);
      return query.call(this, sql, ...rest);
    };
    try {
      await twice("typed", "a,1.50,7,2026-01-01 00:00:00.123\n");
    } finally {
      Engine.prototype.query = query;
    }
    assert.deepEqual(
      statements.map((sql) => sql.includes('"price_usd:DOUBLE"')),
      [false, true],
    );
  });

  it("cut texts and round times whose columns are also read whole", async () => {
    const sql = `SELECT TRY_CAST(event_time AS timestamp(3)), TRY_CAST(event_time AS timestamp(0)),
      TRY_CAST(coin_id AS varchar(3)), CAST(NULLIF(coin_id, '') AS varchar(2)), TRY_CAST(price_usd AS double) FROM NAME`;
    assert.deepEqual(await twice("lengths", "abcdef,1.50,7,2026-01-01 00:00:00.723\n", sql), [
      ["2026-01-01 00:00:00.723", "2026-01-01 00:00:01", "abc", "ab", "1.5"],
    ]);
    const cut = "SELECT TRY_CAST(coin_id AS varchar(3)), TRY_CAST(price_usd AS double) FROM NAME ORDER BY 1";
    assert.deepEqual(await twice("cut", 'abcdef,1.50,7,x\n"",2,7,x\n', cut), [
      ["", "2.0"],
      ["abc", "1.5"],
    ]);
  });

  it("refuse the hour 24, and a sign before the year", async () => {
    assert.deepEqual(await twice("late", "a,1.50,7,2026-01-01 24:00:00.000\n"), [["a", "1.5", "7", null]]);
    assert.deepEqual(await twice("signed", "a,1.50,7,-026-01-01 00:00:00.000\n"), [["a", "1.5", "7", null]]);
  });

  it("read empty texts as NULL and others as they are", async () => {
    assert.deepEqual(await twice("plain", 'a,1.50,7,2026-01-01 00:00:00.123\n"",,"",\n"b,c",-2e3,-1,\n'), [
      ["", null, null, null],
      ["a", "1.5", "7", "2026-01-01 00:00:00.123"],
      ["b,c", "-2000.0", "-1", null],
    ]);
  });

  it("refuse texts that only DuckDB reads as numbers", async () => {
    assert.deepEqual(
      await twice("odd", "a,1_000,1_000,\nb,NaN,1.5,2026-01-01\nc,nan,1e3,x\nd,inf,0x10,\ne,Infinity, 5,\n"),
      [
        ["a", null, null, null],
        ["b", "NaN", null, "2026-01-01 00:00:00.000"],
        ["c", null, null, null],
        ["d", null, null, null],
        ["e", "Infinity", null, null],
      ],
    );
  });

  const surveys: readonly (readonly [string, string, readonly (string | null)[][], readonly boolean[]])[] = [
    ["whose numbers DuckDB reads as casts do", "a,1.50,7,x\nb,,8,y\n", [["1.5"], [null]], [true]],
    ["with an underscore", "a,1_000,7,x\nb,2,8,y\n", [[null], ["2.0"]], [false]],
    ["with two signs", "a,+-1,7,x\nb,2,8,y\n", [[null], ["2.0"]], [false]],
    ["with an infinite number", "a,inf,7,x\nb,2,8,y\n", [[null], ["2.0"]], [true, false]],
    ["with a text that is no number", "a,abc,7,x\nb,2,8,y\n", [[null], ["2.0"]], [true, false]],
    ["with missing fields", "a,1\nb,2,8,y\n", [["1.0"], ["2.0"]], [true, false]],
  ];
  for (const [i, [what, body, expected, asNumbers]] of surveys.entries())
    it(`are surveyed in a file ${what}`, async () => {
      const asked: boolean[] = [];
      const { rows, execute } = Engine.prototype;
      const note = (sql: string) => {
        if (sql.includes('"$group"') && sql.includes("read_csv"))
          asked.push(sql.includes("'price_usd': 'DOUBLE'"));
      };
      Engine.prototype.rows = function (sql, ...rest) {
        note(sql);
        return rows.call(this, sql, ...rest);
      };
      Engine.prototype.execute = function (sql, ...rest) {
        note(sql);
        return execute.call(this, sql, ...rest);
      };
      try {
        const sql = "SELECT TRY_CAST(NULLIF(price_usd, '') AS double) FROM NAME ORDER BY coin_id";
        assert.deepEqual(await twice(`surveyed_${i}`, body, sql), expected);
      } finally {
        Object.assign(Engine.prototype, { rows, execute });
      }
      assert.deepEqual(asked, asNumbers);
    });

  it("read an empty text as NULL under NULLIF, quoted or not", async () => {
    assert.deepEqual(
      await twice(
        "nullif",
        'a,,7,x\n"","",,""\nb,"c,d",x,\n',
        "SELECT NULLIF(coin_id, ''), NULLIF(price_usd, ''), TRY_CAST(NULLIF(market_cap_rank, '') AS bigint), event_time FROM NAME ORDER BY 1",
      ),
      [
        ["a", null, "7", "x"],
        ["b", "c,d", null, ""],
        [null, null, null, ""],
      ],
    );
  });

  it("distinguish missing fields from empty texts", async () => {
    assert.deepEqual(
      await twice(
        "short",
        "a,1\n,2,,\n",
        "SELECT coin_id, market_cap_rank, TRY_CAST(price_usd AS double) FROM NAME ORDER BY 3",
      ),
      [
        ["a", null, "1.0"],
        ["", "", "2.0"],
      ],
    );
  });

  it("keep the text of a column that the query also uses as text", async () => {
    assert.deepEqual(
      await twice(
        "both",
        "a,1.50,7,\n",
        "SELECT price_usd, TRY_CAST(price_usd AS double), TRY_CAST(market_cap_rank AS bigint), TRY_CAST(market_cap_rank AS double), coin_id, NULLIF(coin_id, '') FROM NAME",
      ),
      [["1.50", "1.5", "7", "7.0", "a", "a"]],
    );
  });

  it("notice a replaced object", async () => {
    await twice("changed", "a,1,1,\n");
    await world.put("changed/dt=2026-01-01/hour=00/a.csv", "a,x,1,\n");
    assert.deepEqual((await world.rows(TYPED.replace("NAME", "changed"))).slice(1), [["a", null, "1", null]]);
  });
});
