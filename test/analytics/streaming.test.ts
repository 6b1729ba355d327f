import { strict as assert } from "node:assert";
import { createReadStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "./support/command";
import { lakeAnswers, smallResult } from "./support/lake";
import { scriptedAws } from "./support/scripted-aws";

const rowCount = 200_000;

async function* resultFile(): AsyncGenerator<string> {
  yield '"place","coin_id","change_pct"\n';
  for (let at = 0; at < rowCount; at += 1_000)
    yield Array.from(
      { length: 1_000 },
      (_, row) => `"${at + row}","coin-${at + row}, a ""quoted"" one","${row / 7}"\n`,
    ).join("");
}

describe("A large result", () => {
  it("streams from its S3 object to a file in constant memory", async () => {
    const folder = mkdtempSync(join(tmpdir(), "large-"));
    const lake = lakeAnswers();
    const aws = await scriptedAws((call) => {
      if (call.operation === "GetQueryResults") return { output: { ...smallResult, NextToken: "more" } };
      if (call.operation === "GET /results/q1.csv") return { body: resultFile() };
      const answer = lake(call);
      if (call.operation !== "GetQueryExecution" || !("output" in answer)) return answer;
      const { QueryExecution } = answer.output as { QueryExecution: object };
      return {
        output: {
          QueryExecution: {
            ...QueryExecution,
            ResultConfiguration: { OutputLocation: "s3://results/q1.csv" },
          },
        },
      };
    });
    try {
      const file = join(folder, "large.ndjson");
      const before = process.memoryUsage().rss;
      let peak = before;
      const watch = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss);
      }, 20);
      const { code, stderr } = await runCommand(
        ["top-movers", "--since", "24h", "--out", file],
        aws.endpoint,
      );
      clearInterval(watch);
      assert.equal(code, 0);
      assert.match(stderr, /^200000 rows/);
      let lines = 0;
      for await (const piece of createReadStream(file)) for (const byte of piece) if (byte === 10) lines++;
      assert.equal(lines, rowCount);
      assert.ok(statSync(file).size > 14_000_000);
      assert.ok(
        peak - before < 150 * 1024 ** 2,
        `${Math.round((peak - before) / 1024 ** 2)} MB more than before`,
      );
    } finally {
      await aws.close();
      rmSync(folder, { recursive: true });
    }
  });
});
