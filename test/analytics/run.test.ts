import { strict as assert } from "node:assert";
import { ClosedPipe } from "../../tools/kit/errors";
import { runCommand } from "./support/command";
import { type Answer, type AwsCall, type ScriptedAws, scriptedAws } from "./support/scripted-aws";

const succeeded = {
  Status: { State: "SUCCEEDED" },
  StatementType: "DML",
  Statistics: { DataScannedInBytes: 1000 },
};
const execution = (more: object): Answer => ({
  output: { QueryExecution: { QueryExecutionId: "q1", ...succeeded, ...more } },
});
const row = (...cells: (string | null)[]) => ({
  Data: cells.map((cell) => (cell === null ? {} : { VarCharValue: cell })),
});
const metadata = {
  ColumnInfo: [
    { Name: "place", Type: "bigint" },
    { Name: "coin_id", Type: "varchar" },
    { Name: "change_pct", Type: "double" },
  ],
};
const small: Answer = {
  output: {
    ResultSet: {
      ResultSetMetadata: metadata,
      Rows: [
        row("place", "coin_id", "change_pct"),
        row("1", "bitcoin", "12.3456"),
        row("2", "=evil()", null),
      ],
    },
  },
};

const usual = (call: AwsCall): Answer => {
  if (call.operation === "StartQueryExecution") return { output: { QueryExecutionId: "q1" } };
  if (call.operation === "GetQueryExecution") return execution({});
  if (call.operation === "GetTable")
    return {
      output: { Table: { Name: "crypto_csv", StorageDescriptor: { Location: "s3://lake/csv/crypto/" } } },
    };
  if (call.operation === "GET /lake/") return listing(call.input.prefix === "csv/crypto/" ? hourlyKeys : {});
  return small;
};

/** 24 hours of objects but one, a megabyte each. */
const hourlyKeys: Record<string, number> = Object.fromEntries(
  Array.from({ length: 25 }, (_, hour) =>
    new Date(Date.parse("2026-03-01T12:00:00Z") + hour * 3_600_000).toJSON(),
  )
    .filter((at) => !at.startsWith("2026-03-01T20"))
    .map((at) => [`csv/crypto/dt=${at.slice(0, 10)}/hour=${at.slice(11, 13)}/shard-1.csv`, 1_048_576]),
);

function listing(keys: Record<string, number>): Answer {
  const contents = Object.entries(keys).map(
    ([key, size]) => `<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`,
  );
  return {
    contentType: "application/xml",
    body: `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`,
  };
}

describe("Running a report", () => {
  let aws: ScriptedAws | undefined;
  const start = async (answer: (call: AwsCall, before: number) => Answer): Promise<ScriptedAws> => {
    aws = await scriptedAws(answer);
    return aws;
  };
  afterEach(async () => {
    await aws?.close();
    aws = undefined;
  });
  const movers = ["top-movers", "--since", "24h"];

  it("gives Athena a constant query, the literals, the database and the workgroup", async () => {
    const { endpoint, calls } = await start(usual);
    await runCommand([...movers, "--env", "dev", "--direction", "up"], endpoint);
    const input = calls.find(({ operation }) => operation === "StartQueryExecution")?.input ?? {};
    assert.deepEqual(input.QueryExecutionContext, { Database: "pricelake_dev" });
    assert.equal(input.WorkGroup, "pricelake-dev");
    assert.match(String(input.QueryString), /^-- crypto\/top-movers\nWITH ends AS/);
    assert.deepEqual((input.ExecutionParameters as string[]).slice(0, 4), [
      "'2026-03-01'",
      "'2026-03-02'",
      "'2026-03-01'",
      "'12'",
    ]);
    assert.equal((input.ExecutionParameters as string[]).filter((literal) => literal === "'up'").length, 3);
  });

  it("accepts --from and --to as other names of the window's parameters, and refuses both names", async () => {
    const { endpoint, calls } = await start(usual);
    await runCommand(["top-movers", "--from", "2026-02-27", "--to", "2026-03-01"], endpoint);
    const input = calls.find(({ operation }) => operation === "StartQueryExecution")?.input ?? {};
    assert.deepEqual((input.ExecutionParameters as string[]).slice(0, 2), ["'2026-02-27'", "'2026-03-01'"]);
    const both = await runCommand(["top-movers", "--from", "1h", "--since", "2h"], endpoint);
    assert.deepEqual([both.code, both.stderr], [2, "--since and --from are the same; give one of them\n"]);
  });

  it("prints an array with --format json", async () => {
    const { endpoint } = await start(usual);
    const { code, stdout } = await runCommand([...movers, "--format", "json"], endpoint);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout), [
      { place: 1, coin_id: "bitcoin", change_pct: 12.3456 },
      { place: 2, coin_id: "=evil()", change_pct: null },
    ]);
  });

  it("prints csv in a pipe, with formulas escaped", async () => {
    const { endpoint } = await start(usual);
    const { stdout } = await runCommand(movers, endpoint);
    assert.equal(stdout, "place,coin_id,change_pct\n1,bitcoin,12.3456\n2,'=evil(),\n");
  });

  it("prints a table on a terminal, with units and right-aligned numbers", async () => {
    const { endpoint } = await start(usual);
    const { stdout } = await runCommand(movers, endpoint, { terminal: true });
    assert.equal(
      stdout,
      [
        "place  coin_id  change_pct (%)",
        "─────  ───────  ──────────────",
        "    1  bitcoin           12.35",
        "    2  =evil()",
        "",
      ].join("\n"),
    );
  });

  it("streams a larger result from its object in S3", async () => {
    const { endpoint, calls } = await start((call) => {
      if (call.operation === "GetQueryExecution")
        return execution({ ResultConfiguration: { OutputLocation: "s3://results/reports/q1.csv" } });
      if (call.operation === "GetQueryResults")
        return { output: { NextToken: "more", ResultSet: { ResultSetMetadata: metadata, Rows: [] } } };
      if (call.operation === "GET /results/reports/q1.csv")
        return { body: '"place","coin_id","change_pct"\n"1","a","1.5"\n"2",,"2.5"\n' };
      return usual(call);
    });
    const { stdout } = await runCommand([...movers, "--format", "json"], endpoint);
    assert.deepEqual(JSON.parse(stdout), [
      { place: 1, coin_id: "a", change_pct: 1.5 },
      { place: 2, coin_id: null, change_pct: 2.5 },
    ]);
    assert.equal(calls.filter(({ operation }) => operation === "GetQueryResults").length, 1);
  });

  it("reads all pages when the result has no object of rows", async () => {
    const { endpoint } = await start((call) => {
      if (call.operation !== "GetQueryResults") return usual(call);
      const page = call.input.NextToken === undefined ? 0 : Number(call.input.NextToken);
      const rows = [row(String(page), `coin${page}`, "1.0")];
      return {
        output: {
          ...(page < 2 && { NextToken: String(page + 1) }),
          ResultSet: {
            ResultSetMetadata: metadata,
            Rows: page === 0 ? [row("place", "coin_id", "change_pct"), ...rows] : rows,
          },
        },
      };
    });
    const { stdout } = await runCommand([...movers, "--format", "csv"], endpoint);
    assert.equal(stdout, "place,coin_id,change_pct\n0,coin0,1.0\n1,coin1,1.0\n2,coin2,1.0\n");
  });

  it("says why a query failed and exits 1", async () => {
    const { endpoint } = await start((call) =>
      call.operation === "GetQueryExecution"
        ? execution({ Status: { State: "FAILED", StateChangeReason: "TABLE_NOT_FOUND: no table crypto" } })
        : usual(call),
    );
    const { code, stdout, stderr } = await runCommand(movers, endpoint);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.equal(stderr, "the query failed: TABLE_NOT_FOUND: no table crypto (query q1)\n");
  });

  it("treats CANCELLED as final", async () => {
    const { endpoint } = await start((call) =>
      call.operation === "GetQueryExecution"
        ? execution({ Status: { State: "CANCELLED", StateChangeReason: "Bytes scanned limit was exceeded" } })
        : usual(call),
    );
    const { code, stderr } = await runCommand(movers, endpoint);
    assert.equal(code, 1);
    assert.match(stderr, /the query was cancelled: Bytes scanned limit was exceeded/);
  });

  it("retries when throttled", async () => {
    const { endpoint, calls } = await start((call, before) =>
      call.operation === "StartQueryExecution" && before === 0
        ? { error: "TooManyRequestsException", message: "Rate exceeded" }
        : usual(call),
    );
    const { code } = await runCommand(movers, endpoint);
    assert.equal(code, 0);
    assert.equal(calls.filter(({ operation }) => operation === "StartQueryExecution").length, 2);
  });

  it("stops the query on the server when interrupted", async () => {
    const interrupted = new AbortController();
    const { endpoint, calls } = await start((call, before) => {
      if (call.operation === "StopQueryExecution") return { output: {} };
      if (call.operation !== "GetQueryExecution") return usual(call);
      if (before === 1) interrupted.abort();
      return execution({ Status: { State: "RUNNING" } });
    });
    const { code } = await runCommand(movers, endpoint, { signal: interrupted.signal });
    assert.equal(code, 130);
    assert.deepEqual(
      calls.slice(-2).map(({ operation, input }) => [operation, input]),
      [
        ["StopQueryExecution", { QueryExecutionId: "q1" }],
        // What it had scanned by then.
        ["GetQueryExecution", { QueryExecutionId: "q1" }],
      ],
    );
  });

  const problems: [string, Answer, RegExp][] = [
    [
      "a missing workgroup",
      { error: "InvalidRequestException", message: "WorkGroup pricelake-dev is not found." },
      /^the workgroup pricelake-dev does not exist: deploy the "dev" stack first/,
    ],
    [
      "expired credentials",
      { error: "ExpiredTokenException", message: "expired" },
      /^the AWS credentials for "dev" have expired: sign in again/,
    ],
    [
      "unknown keys",
      { error: "UnrecognizedClientException", message: "invalid" },
      /does not know these credentials/,
    ],
    [
      "a refused call",
      { error: "AccessDeniedException", message: "not authorized to perform athena:X" },
      /^not allowed: .*athena:X/,
    ],
  ];
  for (const [what, answer, message] of problems)
    it(`explains ${what} in one line`, async () => {
      const { endpoint } = await start(() => answer);
      const { code, stderr } = await runCommand([...movers, "--env", "dev"], endpoint);
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.equal(stderr.split("\n").length, 2);
    });

  it("explains an endpoint that does not answer", async () => {
    const { code, stderr } = await runCommand(movers, "http://127.0.0.1:1");
    assert.equal(code, 1);
    assert.equal(
      stderr,
      "cannot reach http://127.0.0.1:1: start it (npm start), or correct AWS_ENDPOINT_URL or the region\n",
    );
  });

  it("exits 0 without a message when the reader closes the pipe", async () => {
    const { endpoint } = await start(usual);
    const gone = {
      isTTY: false,
      write: () => Promise.reject(new ClosedPipe()),
    };
    assert.deepEqual(await runCommand(movers, endpoint, { stdout: gone }), {
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("refuses unknown reports, options, formats and arguments", async () => {
    const outcomes = await Promise.all(
      [
        ["nothing"],
        ["ohlc", "--colour", "red"],
        ["ohlc", "--format", "xls"],
        ["ohlc", "stray"],
        ["ohlc", "--since", "1h", "--until", "2h"],
        [],
      ].map((args) => runCommand(args, "http://127.0.0.1:1")),
    );
    assert.deepEqual(
      outcomes.map(({ code }) => code),
      [2, 2, 2, 2, 2, 2],
    );
    assert.match(
      outcomes[4]?.stderr ?? "",
      /^--since \(2026-03-02 11:00:00.000 UTC\) must be before --until/,
    );
  });

  it("lists and shows reports with the options of an environment", async () => {
    for (const args of [["list"], ["show", "ohlc"]]) {
      const { code, stdout } = await runCommand(
        [...args, "--env", "dev", "--dir", "x"],
        "http://127.0.0.1:1",
      );
      assert.equal(code, 0);
      assert.match(stdout, /crypto\/ohlc/);
    }
  });
});
