import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "../../../../../../trino-duckdb";
import { ParquetFooters } from "../../../../../services/athena/sources/parquet/footers";
import { temporaryDirectory } from "../../../../temporary";

describe("Footers of Parquet files", () => {
  const { path, remove } = temporaryDirectory();
  const engine = new Engine(path);
  after(async () => {
    await engine.stop();
    remove();
  });
  const write = async (name: string, values: string): Promise<string> => {
    const file = join(path, `${name}.parquet`);
    await engine.execute(`COPY (SELECT x FROM (VALUES ${values}) AS t(x)) TO '${file}' (FORMAT parquet)`);
    return file;
  };

  it("tell that a column has no NaN, after they were read, of files that DuckDB wrote", async () => {
    const plain = await write("plain", "(1.5::DOUBLE), (NULL), (-2.5)");
    const float = await write("float", "(1.5::FLOAT)");
    const nan = await write("nan", "(1.5::DOUBLE), ('NaN'::DOUBLE)");
    const infinite = await write("infinite", "(1.5::DOUBLE), ('Infinity'::DOUBLE)");
    const foreign = join(path, "foreign.parquet");
    // Of the same length, which the footer's own length depends on.
    writeFileSync(
      foreign,
      readFileSync(plain, "latin1").replace("DuckDB version", "Parquet writer"),
      "latin1",
    );
    const footers = new ParquetFooters(engine);
    assert.equal(footers.hasNoNaN([plain], "x"), false);
    assert.equal((await footers.rowGroups([plain, float, nan, infinite, foreign])).length, 5);
    assert.deepEqual(
      [
        [plain],
        [plain, float],
        [nan],
        [plain, nan],
        [infinite],
        [foreign],
        [join(path, "unread.parquet")],
      ].map((paths) => footers.hasNoNaN(paths, "x")),
      [true, true, false, false, false, false, false],
    );
    assert.equal(footers.hasNoNaN([plain], "a column that the file lacks"), false);
  });

  it("tell nothing of columns that share a name up to a dot, a comma or the case", async () => {
    const file = join(path, "names.parquet");
    await engine.execute(
      `COPY (SELECT 'NaN'::DOUBLE AS "a.b", 1::DOUBLE AS a, 'NaN'::DOUBLE AS "c,d", {e: 1::DOUBLE} AS f) TO '${file}' (FORMAT parquet)`,
    );
    const footers = new ParquetFooters(engine);
    await footers.rowGroups([file]);
    assert.deepEqual(
      ["a.b", "a", "c,d", "c", "f"].map((name) => footers.hasNoNaN([file], name)),
      [false, false, false, false, true],
    );
  });

  it("of a file that is read twice are kept once", async () => {
    const file = await write("twice", "(1.5::DOUBLE)");
    const footers = new ParquetFooters(engine);
    assert.equal((await footers.rowGroups([file, file])).length, 2);
    const [group] = await footers.rowGroups([file]);
    assert.equal(group?.get("x")?.length, 1);
  });
});
