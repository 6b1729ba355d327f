import { strict as assert } from "node:assert";
import type { Readable } from "node:stream";
import { GetQueryResultsCommand } from "@aws-sdk/client-athena";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { furnish, startWorld, type World } from "./harness";

const ROWS = 1_000_000;
const MILLION =
  "SELECT a * 1000 + b AS n, 'some text of a row' AS x FROM UNNEST(sequence(0, 999)) AS t(a) CROSS JOIN UNNEST(sequence(0, 999)) AS u(b)";
const PAGES = 20;

describe("A result of a million rows", () => {
  let world: World;
  let id: string | undefined;
  let peak = 0;
  before(async () => {
    world = await startWorld();
    await furnish(world);
    const sample = () => {
      const { heapUsed, external } = process.memoryUsage();
      peak = Math.max(peak, heapUsed + external);
    };
    sample();
    const before = peak;
    const watch = setInterval(sample, 10);
    const execution = await world.run(MILLION);
    clearInterval(watch);
    assert.equal(execution.Status?.StateChangeReason, undefined);
    id = execution.QueryExecutionId;
    peak -= before;
  });
  after(() => world.stop());

  it("is read page by page", async () => {
    const numbers = new Set<string | undefined>();
    let NextToken: string | undefined;
    for (let page = 0; page < PAGES; page++) {
      const answer = await world.athena.send(
        new GetQueryResultsCommand({ QueryExecutionId: id, ...(NextToken !== undefined && { NextToken }) }),
      );
      for (const row of answer.ResultSet?.Rows ?? []) numbers.add(row.Data?.[0]?.VarCharValue);
      NextToken = answer.NextToken;
      assert.ok(NextToken);
    }
    // The header is the first row of the first page.
    assert.equal(numbers.size, PAGES * 1000);
    assert.ok(numbers.has("n"));
  });

  it("is streamed to its object", async () => {
    const { Body } = await world.s3.send(new GetObjectCommand({ Bucket: "results", Key: `out/${id}.csv` }));
    let lines = 0;
    for await (const chunk of Body as Readable) for (const byte of chunk as Buffer) if (byte === 10) lines++;
    assert.equal(lines, ROWS + 1);
  });

  it("was never in memory as a whole", () => assert.ok(peak < 150 << 20, `${peak >> 20} MB`));
});
