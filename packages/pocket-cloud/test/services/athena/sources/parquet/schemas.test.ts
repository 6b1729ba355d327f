import { strict as assert } from "node:assert";
import { join } from "node:path";
import { Engine } from "../../../../../../trino-duckdb";
import { ParquetSchemas } from "../../../../../services/athena/sources/parquet/schemas";
import { temporaryDirectory } from "../../../../temporary";

describe("Schemas of Parquet files", () => {
  const { path, remove } = temporaryDirectory();
  const engine = new Engine(path);
  after(async () => {
    await engine.stop();
    remove();
  });

  const write = async (name: string, select: string): Promise<string> => {
    const file = join(path, `${name}.parquet`);
    await engine.execute(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
    return file;
  };

  it("know files with the same columns, which need no union, and read each file once", async () => {
    const a = await write("a", "SELECT 1 AS id, 'x' AS name");
    const b = await write("b", "SELECT 2 AS id, 'y' AS name");
    let statements = 0;
    const schemas = new ParquetSchemas({
      rows: (sql: string) => {
        statements++;
        return engine.rows(sql);
      },
    } as Engine);
    const columns = [
      ["id", "INTEGER"],
      ["name", "VARCHAR"],
    ];
    assert.deepEqual(await schemas.of([a, b]), { columns, same: true });
    assert.equal(statements, 2);
    assert.deepEqual(await schemas.of([b, a]), { columns, same: true });
    assert.equal(statements, 2);
  });

  it("of many files are read by two statements, each file by one of them", async () => {
    const read: string[][] = [];
    const schemas = new ParquetSchemas({
      rows: async (sql: string) => {
        const paths = [...sql.matchAll(/'(\/[^']+)'/g)].map(([, path = ""]) => path);
        if (sql.includes("DESCRIBE")) return [["id", "INTEGER"]];
        read.push(paths);
        return paths.map((path) => [path, "id INTEGER"]);
      },
    } as unknown as Engine);
    const paths = Array.from({ length: 35 }, (_, i) => `/f${i}`);
    assert.deepEqual(await schemas.of(paths), { columns: [["id", "INTEGER"]], same: true });
    assert.deepEqual(
      read.map(({ length }) => length),
      [18, 17],
    );
    assert.deepEqual(read.flat(), paths);
  });

  it("unite files with another column, another type or another order", async () => {
    const schemas = new ParquetSchemas(engine);
    const a = await write("c", "SELECT 1 AS id");
    const more = await write("more", "SELECT 1 AS id, 2.5::DOUBLE AS price");
    const wide = await write("wide", "SELECT 1::BIGINT AS id");
    assert.deepEqual(await schemas.of([a, more]), {
      columns: [
        ["id", "INTEGER"],
        ["price", "DOUBLE"],
      ],
      same: false,
    });
    assert.deepEqual(await schemas.of([a, wide]), { columns: [["id", "BIGINT"]], same: false });
  });

  it("unite files with nested columns, whose shapes may differ", async () => {
    const schemas = new ParquetSchemas(engine);
    const [d, e] = [await write("d", "SELECT {'a': 1} AS s"), await write("e", "SELECT {'a': 1} AS s")];
    assert.equal((await schemas.of([d, e])).same, false);
  });
});
