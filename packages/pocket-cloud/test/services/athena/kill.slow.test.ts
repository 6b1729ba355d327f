import { strict as assert } from "node:assert";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AthenaClient, GetQueryExecutionCommand, StartQueryExecutionCommand } from "@aws-sdk/client-athena";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { startCloud } from "../../../cloud";
import { rounds, victim } from "../killed";
import { finished } from "./harness";

/** Billions of rows: it does not end before the kill. */
const ENDLESS = `SELECT a, b, c FROM UNNEST(sequence(1, 5000)) AS t(a) CROSS JOIN UNNEST(sequence(1, 5000)) AS u(b)
  CROSS JOIN UNNEST(sequence(1, 5000)) AS v(c)`;

describe("Athena killed while a query runs", function () {
  this.timeout(300_000 + rounds(1) * 20_000);
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), "athena-kill-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  for (let round = 0; round < rounds(1); round++)
    it("fails that query after a restart, without a result, and keeps the earlier one", async () => {
      const killed = await victim(dir);
      const s3 = new S3Client({ ...killed.client, forcePathStyle: true });
      const athena = new AthenaClient(killed.client);
      await s3.send(new CreateBucketCommand({ Bucket: "results" }));
      const start = async (QueryString: string) =>
        (
          await athena.send(
            new StartQueryExecutionCommand({
              QueryString,
              ResultConfiguration: { OutputLocation: "s3://results/" },
            }),
          )
        ).QueryExecutionId ?? "";
      const before = await start("SELECT 'kept'");
      await finished(athena, before);
      const during = await start(ENDLESS);
      for (let state: string | undefined = "QUEUED"; state === "QUEUED"; )
        state = (await athena.send(new GetQueryExecutionCommand({ QueryExecutionId: during }))).QueryExecution
          ?.Status?.State;
      await new Promise((resolve) => setTimeout(resolve, 100 * round));
      killed.process.kill("SIGKILL");
      await once(killed.process, "exit");
      for (const client of [s3, athena]) client.destroy();

      const cloud = await startCloud({ dir });
      try {
        const { QueryExecution: lost } = await cloud.call(
          "athena",
          "GetQueryExecution",
          { QueryExecutionId: during },
          cloud.administrator,
        );
        assert.equal(lost?.Status?.State, "FAILED");
        assert.equal(
          lost?.Status?.StateChangeReason,
          "GENERIC_INTERNAL_ERROR: the embedded cloud stopped while the query was running",
        );
        const results = (QueryExecutionId: string) =>
          cloud.call("athena", "GetQueryResults", { QueryExecutionId }, cloud.administrator);
        await assert.rejects(results(during), { code: "InvalidRequestException" });
        assert.deepEqual((await results(before)).ResultSet?.Rows?.[1], { Data: [{ VarCharValue: "kept" }] });
        const { Contents } = await cloud.call(
          "s3",
          "ListObjectsV2",
          { Bucket: "results" },
          cloud.administrator,
        );
        assert.deepEqual(
          Contents?.map(({ Key }) => Key),
          [`${before}.csv`, `${before}.csv.metadata`],
        );
        const left = readdirSync(dir, { recursive: true }).map(String);
        assert.deepEqual(
          left.filter((path) => path.includes(`athena/results/${during}`)),
          [],
        );
      } finally {
        await cloud.stop();
      }
    });
});
