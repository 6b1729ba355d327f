import { strict as assert } from "node:assert";
import {
  BatchGetQueryExecutionCommand,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetQueryRuntimeStatisticsCommand,
  GetWorkGroupCommand,
  ListQueryExecutionsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  UpdateWorkGroupCommand,
} from "@aws-sdk/client-athena";
import { DeleteObjectCommand, GetObjectCommand } from "@aws-sdk/client-s3";
import { startCloud } from "../../../cloud";
import { finished, furnish, NOW, startWorld, ticks, type World } from "./harness";

const MANY =
  "SELECT n, 'row ' || CAST(n AS varchar) AS label FROM UNNEST(sequence(1, 2500)) AS t(n) ORDER BY n";
const ENDLESS =
  "SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(y) CROSS JOIN UNNEST(sequence(1, 10000)) AS c(z) WHERE x * y * z % 7 = 1";

describe("Query executions", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
    await furnish(world);
  });
  after(() => world.stop());

  it("writes every field quoted under a header, NULL as an empty field, and metadata beside it", async () => {
    const execution = await world.run(
      `SELECT 1 AS "a b", 'say "hi", x' AS t, CAST(NULL AS varchar) AS n, '' AS e`,
    );
    const location = execution.ResultConfiguration?.OutputLocation ?? "";
    assert.equal(location, `s3://results/out/${execution.QueryExecutionId}.csv`);
    const read = async (Key: string) =>
      (await world.s3.send(new GetObjectCommand({ Bucket: "results", Key }))).Body?.transformToString();
    assert.equal(
      await read(`out/${execution.QueryExecutionId}.csv`),
      '"a b","t","n","e"\n"1","say ""hi"", x",,""\n',
    );
    assert.ok(await read(`out/${execution.QueryExecutionId}.csv.metadata`));
  });

  describe("answers about a query", () => {
    const start = async (QueryString: string): Promise<string> => {
      const ResultConfiguration = { OutputLocation: "s3://results/out/" };
      const started = await world.athena.send(
        new StartQueryExecutionCommand({ QueryString, ResultConfiguration }),
      );
      return started.QueryExecutionId ?? "";
    };
    const ask = async (QueryExecutionId: string) => {
      const began = performance.now();
      const { QueryExecution } = await world.athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      return { state: QueryExecution?.Status?.State, took: performance.now() - began };
    };

    it("that runs after 50 ms, and later after as long as it has run, up to 200 ms", async () => {
      const id = await start(ENDLESS);
      const answers: Awaited<ReturnType<typeof ask>>[] = [];
      for (let round = 0; round < 7; round++) answers.push(await ask(id));
      await world.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
      for (const [i, least] of [48, 48, 96, 190, 190, 190, 190].entries()) {
        const { state, took = 0 } = answers[i] ?? {};
        assert.equal(state, "RUNNING");
        assert.ok(took >= least && took < 1000, `answer ${i}: ${took} ms`);
      }
    });

    it("when it ends, and at once after that", async () => {
      const during: number[] = [];
      const after: number[] = [];
      for (let round = 0; round < 10; round++) {
        const id = await start(`SELECT ${round}`);
        const first = await ask(id);
        if (first.state === "SUCCEEDED") during.push(first.took);
        after.push((await ask(id)).took);
      }
      assert.ok(Math.min(...during) < 45, `${during} ms`);
      assert.ok(Math.min(...after) < 45, `${after} ms`);
    });
  });

  it("pages results by a thousand rows, the header in the first page, with types", async () => {
    const { QueryExecutionId } = await world.run(MANY);
    const sizes: number[] = [];
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await world.athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken }));
      sizes.push(page.ResultSet?.Rows?.length ?? 0);
      seen.push(...(page.ResultSet?.Rows ?? []).map((row) => row.Data?.[0]?.VarCharValue ?? ""));
      assert.deepEqual(
        page.ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name, Type }) => [Name, Type]),
        [
          ["n", "bigint"],
          ["label", "varchar"],
        ],
      );
      NextToken = page.NextToken;
    } while (NextToken);
    assert.deepEqual(sizes, [1000, 1000, 501]);
    assert.deepEqual([seen[0], seen[1], seen[2500]], ["n", "1", "2500"]);
    const first = await world.athena.send(new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 2 }));
    assert.deepEqual(
      first.ResultSet?.Rows?.map((row) => row.Data?.[1]?.VarCharValue),
      ["label", "row 1"],
    );
  });

  it("refuses results of a failed query and of a deleted result object", async () => {
    const failed = await world.run("SELECT 1 / 0");
    assert.deepEqual(
      [failed.Status?.State, failed.Status?.StateChangeReason, failed.Status?.AthenaError?.ErrorCategory],
      ["FAILED", "DIVISION_BY_ZERO: Division by zero", 2],
    );
    await assert.rejects(
      world.athena.send(new GetQueryResultsCommand({ QueryExecutionId: failed.QueryExecutionId })),
      {
        name: "InvalidRequestException",
        message: "Query did not finish successfully. Final query state: FAILED",
      },
    );
    const { QueryExecutionId } = await world.run("SELECT 1");
    await world.s3.send(new DeleteObjectCommand({ Bucket: "results", Key: `out/${QueryExecutionId}.csv` }));
    await assert.rejects(world.athena.send(new GetQueryResultsCommand({ QueryExecutionId })), {
      name: "InvalidRequestException",
      message: /Could not find results/,
    });
  });

  it("refuses invalid page sizes and tokens", async () => {
    const { QueryExecutionId } = await world.run("SELECT 1 / 0");
    const results = (more: object) =>
      world.athena.send(new GetQueryResultsCommand({ QueryExecutionId, ...more }));
    await assert.rejects(results({ QueryExecutionId: "none", MaxResults: 1001 }), {
      AthenaErrorCode: "QUERY_EXECUTION_NOT_FOUND",
      message: "QueryExecution none was not found",
    });
    await assert.rejects(results({ MaxResults: 1001 }), {
      AthenaErrorCode: "INVALID_INPUT",
      message: "MaxResults is more than maximum allowed length 1000",
    });
    await assert.rejects(results({ NextToken: "nonsense" }), {
      AthenaErrorCode: "INVALID_QUERY_EXECUTION_STATE",
    });
    const ended = await world.run("SELECT 1");
    await assert.rejects(results({ QueryExecutionId: ended.QueryExecutionId, NextToken: "nonsense" }), {
      AthenaErrorCode: "INVALID_INPUT",
      message: "Malformed nextPageToken nonsense",
    });
  });

  it("refuses a text that is not SQL at once, with line and column", async () => {
    await assert.rejects(world.run("SELECT a FROM FROM t"), {
      name: "InvalidRequestException",
      message: "line 1:15: 'FROM' is not valid at this position",
    });
  });

  it("stops a running query", async () => {
    const { QueryExecutionId } = await world.athena.send(
      new StartQueryExecutionCommand({
        QueryString: ENDLESS,
        ResultConfiguration: { OutputLocation: "s3://results/" },
      }),
    );
    for (;;) {
      const { QueryExecution } = await world.athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      if (QueryExecution?.Status?.State === "RUNNING") break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    await world.athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
    const execution = await finished(world.athena, QueryExecutionId ?? "");
    assert.deepEqual(
      [execution.Status?.State, execution.Status?.StateChangeReason],
      ["CANCELLED", "Query cancelled by user"],
    );
    await world.athena.send(new StopQueryExecutionCommand({ QueryExecutionId }));
    assert.deepEqual((await world.rows("SELECT 1 AS x"))[1], ["1"]);
  });

  it("cancels a query that would read more than its workgroup allows", async () => {
    await world.table(ticks("big"));
    await world.put(
      "big/dt=2026-01-01/hour=00/a.csv",
      Buffer.alloc(10_000_001, "a,1,1,2026-01-01 00:00:00.000\n"),
    );
    await world.athena.send(
      new CreateWorkGroupCommand({
        Name: "capped",
        Configuration: {
          BytesScannedCutoffPerQuery: 10_000_000,
          ResultConfiguration: { OutputLocation: "s3://results/capped/" },
        },
      }),
    );
    const execution = await world.run("SELECT count(*) FROM big", { WorkGroup: "capped" });
    assert.deepEqual(
      [execution.Status?.State, execution.Status?.StateChangeReason],
      ["CANCELLED", "Query cancelled! : Bytes scanned limit was exceeded"],
    );
    assert.equal(
      (await world.run("SELECT count(*) FROM big WHERE dt = '2025-01-01'", { WorkGroup: "capped" })).Status
        ?.State,
      "SUCCEEDED",
    );
  });

  it("writes results to the location of an enforced workgroup", async () => {
    const execution = await world.run("SELECT 1", { WorkGroup: "capped" });
    assert.match(execution.ResultConfiguration?.OutputLocation ?? "", /^s3:\/\/results\/capped\//);
    await world.athena.send(new UpdateWorkGroupCommand({ WorkGroup: "capped", State: "DISABLED" }));
    await assert.rejects(world.run("SELECT 1", { WorkGroup: "capped" }), {
      name: "InvalidRequestException",
      message: "WorkGroup capped is disabled.",
    });
    const { WorkGroup } = await world.athena.send(new GetWorkGroupCommand({ WorkGroup: "capped" }));
    assert.equal(WorkGroup?.Configuration?.EnforceWorkGroupConfiguration, true);
  });

  it("needs an output location", async () => {
    const options = { QueryString: "SELECT 1" };
    await assert.rejects(world.athena.send(new StartQueryExecutionCommand(options)), {
      name: "InvalidRequestException",
      message: /^No output location provided/,
    });
    await assert.rejects(
      world.athena.send(
        new StartQueryExecutionCommand({
          ...options,
          ResultConfiguration: { OutputLocation: "s3://absent/" },
        }),
      ),
      { message: "Unable to verify/create output bucket absent" },
    );
  });

  it("reuses a recent result of the same query and parameters", async () => {
    const reuse = {
      ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 } },
    };
    const first = await world.run("SELECT 1 AS x WHERE 0 < ?", { ...reuse, ExecutionParameters: ["5"] });
    const second = await world.run("SELECT 1 AS x WHERE 0 < ?", { ...reuse, ExecutionParameters: ["5"] });
    const other = await world.run("SELECT 1 AS x WHERE 0 < ?", { ...reuse, ExecutionParameters: ["6"] });
    const reused = [first, second, other].map(
      (one) => one.Statistics?.ResultReuseInformation?.ReusedPreviousResult,
    );
    assert.deepEqual(reused, [false, true, false]);
    assert.notEqual(first.QueryExecutionId, second.QueryExecutionId);
    assert.equal(second.ResultConfiguration?.OutputLocation, first.ResultConfiguration?.OutputLocation);
    for (const changing of ["SELECT random() AS x", "SELECT CURRENT_DATE AS x"])
      for (const _ of [1, 2]) {
        const one = await world.run(changing, reuse);
        assert.equal(one.Statistics?.ResultReuseInformation?.ReusedPreviousResult, false, changing);
      }
    await world.cloud.clock.advanceTo(NOW + 61 * 60_000);
    const late = await world.run("SELECT 1 AS x WHERE 0 < ?", { ...reuse, ExecutionParameters: ["5"] });
    assert.equal(late.Statistics?.ResultReuseInformation?.ReusedPreviousResult, false);
  });

  it("starts one query per ClientRequestToken", async () => {
    const ClientRequestToken = "t".repeat(32);
    const [a, b] = [
      await world.run("SELECT 11", { ClientRequestToken }),
      await world.run("SELECT 11", { ClientRequestToken }),
    ];
    assert.equal(a.QueryExecutionId, b.QueryExecutionId);
    await assert.rejects(world.run("SELECT 12", { ClientRequestToken }), {
      message: "Idempotent parameters do not match",
    });
  });

  it("lists newest first and describes several at once", async () => {
    const { QueryExecutionId } = await world.run("SELECT 'newest'");
    const { QueryExecutionIds } = await world.athena.send(new ListQueryExecutionsCommand({ MaxResults: 2 }));
    assert.equal(QueryExecutionIds?.[0], QueryExecutionId);
    const { QueryExecutions, UnprocessedQueryExecutionIds } = await world.athena.send(
      new BatchGetQueryExecutionCommand({ QueryExecutionIds: [QueryExecutionId ?? "", "none"] }),
    );
    assert.deepEqual(
      [QueryExecutions?.[0]?.Query, UnprocessedQueryExecutionIds?.[0]?.QueryExecutionId],
      ["SELECT 'newest'", "none"],
    );
    const { QueryRuntimeStatistics } = await world.athena.send(
      new GetQueryRuntimeStatisticsCommand({ QueryExecutionId }),
    );
    assert.equal(QueryRuntimeStatistics?.Rows?.OutputRows, 1);
  });

  it("keeps executions and their results over a restart", async () => {
    const own = await startWorld();
    await furnish(own);
    const { QueryExecutionId } = await own.run("SELECT 'kept' AS x");
    await own.cloud.stop();
    const cloud = await startCloud({ dir: own.dir, clock: { simulateFrom: NOW } });
    try {
      const described = (
        await cloud.call("athena", "GetQueryExecution", { QueryExecutionId }, cloud.administrator)
      ).QueryExecution;
      assert.equal(described?.Status?.State, "SUCCEEDED");
      const { ResultSet } = await cloud.call(
        "athena",
        "GetQueryResults",
        { QueryExecutionId },
        cloud.administrator,
      );
      assert.deepEqual(ResultSet?.Rows?.[1], { Data: [{ VarCharValue: "kept" }] });
    } finally {
      await cloud.stop();
      await own.stop();
    }
  });
});
