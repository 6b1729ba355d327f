import { strict as assert } from "node:assert";
import { FeedCatalogue } from "../../../functions/compact/catalogue";
import { crypto, type TestLake, testLake } from "./lake";

describe("The catalogue of a compaction", () => {
  let lake: TestLake;
  before(async () => {
    lake = await testLake({ definitions: [crypto] });
  });
  after(() => lake.stop());

  it("reads the history table's description once, and again when that has failed", async () => {
    let reads = 0;
    lake.glue.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === "GetTableCommand" && reads++ === 0) throw new Error("out of order");
          return next(args);
        },
      { step: "initialize" },
    );
    const catalogue = new FeedCatalogue(
      lake.glue,
      lake.target.database,
      crypto,
      new AbortController().signal,
    );
    const switchDay = (day: string) =>
      catalogue.switchPartition(day, `s3://${lake.bucket}/${day}/`, {
        run: "run-1",
        inputs: "abc",
        rows: 1,
        hours: "",
      });
    await assert.rejects(switchDay("2026-01-20"), /out of order/);
    await switchDay("2026-01-21");
    await switchDay("2026-01-22");
    assert.equal(reads, 2);
    assert.deepEqual([...(await catalogue.partitions()).keys()].sort(), ["2026-01-21", "2026-01-22"]);
  });
});
