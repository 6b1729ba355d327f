import { strict as assert } from "node:assert";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateDatabaseCommand,
  CreateTableCommand as CreateTableCommandOfGlue,
  GlueClient,
} from "@aws-sdk/client-glue";
import { CreateStreamCommand, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { consume } from "../../../tools/consume/command";
import { startPricelake } from "../../pipeline/command";
import { connectionOf, type TestCloud, testCloud } from "../../support/cloud";
import { temporaryDirectory } from "../../support/temporary";

describe("npm run consume", () => {
  let world: TestCloud;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
    const StreamName = "pricelake-local-stocks";
    await world.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const Records = Array.from({ length: 400 }, (_, i) => ({
      Data: Buffer.from(
        `${JSON.stringify({ ticker_symbol: `T${i}`, price: i, sector: "x".repeat(60) })}\n`.repeat(4),
      ),
      PartitionKey: "k",
    }));
    await world.kinesis.send(new PutRecordsCommand({ StreamName, Records }));
  });
  after(() => world.stop());

  const start = (...args: string[]) => startPricelake(world.cloud, ["consume", ...args]);

  it("prints rows to stdout and statistics to stderr", async () => {
    const child = start("--stream", "pricelake-local-stocks", "--where", "price>=399", "--json");
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "close"),
    ]);
    assert.equal(code, 0);
    const rows = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      rows.map(({ ticker_symbol, price }) => [ticker_symbol, price]),
      Array(4).fill(["T399", 399]),
    );
    assert.equal(stderr, "4 of 1600 rows in 400 records of 1 shard\n");
  });

  it("ends after --limit rows, and a group continues within the packed record", async () => {
    const read = async (...args: string[]) => {
      const child = start("--stream", "pricelake-local-stocks", "--json", ...args);
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close"),
      ]);
      assert.equal(code, 0, stderr);
      const rows = stdout.split("\n").filter((line) => line !== "");
      return { tickers: rows.map((line) => JSON.parse(line).ticker_symbol), stderr };
    };
    assert.deepEqual(await read("--limit", "6", "--where", "price>=2"), {
      tickers: ["T2", "T2", "T2", "T2", "T3", "T3"],
      stderr: "6 of 14 rows in 4 records of 1 shard; ended by --limit 6\n",
    });
    const group = ["--group", "limited", "--lease-seconds", "2"];
    assert.deepEqual((await read("--limit", "6", ...group)).tickers, ["T0", "T0", "T0", "T0", "T1", "T1"]);
    // Also one that follows ends, and twice within one record.
    assert.deepEqual((await read("--limit", "1", "--follow", ...group)).tickers, ["T1"]);
    const rest = await read(...group);
    assert.deepEqual([rest.tickers.length, rest.tickers.slice(0, 2)], [1593, ["T1", "T2"]]);
    assert.match(rest.stderr, /^continuing after .*\n1593 rows in 399 records of 1 shard\n$/);
  });

  it("ends after --limit rows of a queue, whose other messages can be received at once", async () => {
    const sqs = new SQSClient(connectionOf(world.cloud));
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "limited" }));
    const Entries = ["a", "b", "c"].map((Id) => ({ Id, MessageBody: JSON.stringify({ Id }) }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    const read = async (...args: string[]) => {
      const child = start("--queue", "limited", "--json", ...args);
      const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
      assert.equal(code, 0);
      return stdout.split("\n").filter((line) => line !== "");
    };
    const first = await read("--limit", "1");
    const others = await read();
    sqs.destroy();
    assert.equal(first.length, 1);
    assert.deepEqual([...first, ...others].sort(), ['{"Id":"a"}', '{"Id":"b"}', '{"Id":"c"}']);
  });

  it("suggests a stream for a misspelt name", async () => {
    const child = start("--stream", "pricelake-local-stock");
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
    assert.equal(code, 1);
    assert.equal(
      stderr,
      "pricelake: there is no stream pricelake-local-stock; did you mean pricelake-local-stocks?\n",
    );
  });

  /** A stream of two records, with an unknown field and a cell that needs quotes. */
  async function smallStream(): Promise<string> {
    const StreamName = "pricelake-local-posts";
    await world.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const post = { post_id: "1", author: "a", text: '=1, "x"', posted_at: "2026-01-02T03:00:00.000Z" };
    const Records = [
      { Data: Buffer.from(JSON.stringify(post)), PartitionKey: "first" },
      { Data: Buffer.from(JSON.stringify({ ...post, post_id: "2", mood: "x" })), PartitionKey: "second" },
    ];
    await world.kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    return StreamName;
  }

  it("searches the partition key, prints CSV, counts unknown fields, and refuses a table with other keys", async () => {
    const stream = await smallStream();
    const run = async (...args: string[]) => {
      const child = start("--stream", stream, ...args);
      return Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close").then(([code]) => code),
      ]);
    };
    const [stdout, stderr, code] = await run("--where", "key=second", "--format", "csv");
    assert.equal(code, 0);
    const [header, line, ...rest] = stdout.split("\n");
    assert.equal(
      header,
      "arrival,shard,key,sequence,post_id,author,text,language,topic,likes,reposts,sensitive,posted_at,seen_at",
    );
    assert.match(
      line ?? "",
      /^2[^,]+Z,shardId-000000000000,second,\d+,2,a,"=1, ""x""",,,,,,2026-01-02T03:00:00.000Z,2/,
    );
    assert.deepEqual(rest, [""]);
    assert.equal(stderr, "1 of 2 rows in 2 records of 1 shard; unknown fields, not stored: mood (1 row)\n");

    const dynamodb = new DynamoDBClient(connectionOf(world.cloud));
    await dynamodb.send(
      new CreateTableCommand({
        TableName: "other",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      }),
    );
    dynamodb.destroy();
    assert.deepEqual(await run("--to", "dynamodb:other"), [
      "",
      "pricelake: the table other has the keys id (N); rows of posts need post_id (S)\n",
      1,
    ]);
    assert.deepEqual(await run("--to", "dynamodb:nowhere"), [
      "",
      "pricelake: there is no table nowhere\n",
      1,
    ]);
  });

  it("refuses rows from before the first day of the feed's tables, as the functions do", async () => {
    const glue = new GlueClient(connectionOf(world.cloud));
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: "pricelake_since" } }));
    await glue.send(
      new CreateTableCommandOfGlue({
        DatabaseName: "pricelake_since",
        TableInput: {
          Name: "stocks_csv",
          TableType: "EXTERNAL_TABLE",
          Parameters: { "projection.enabled": "true", "projection.dt.range": "2024-01-01,NOW+1DAYS" },
          PartitionKeys: [{ Name: "dt", Type: "string" }],
          StorageDescriptor: { Columns: [{ Name: "ticker_symbol", Type: "string" }], Location: "s3://lake/" },
        },
      }),
    );
    glue.destroy();
    const StreamName = "pricelake-since-stocks";
    await world.kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
    const Records = ["2023-12-31T23:59:59.999Z", "2024-01-01T00:00:00.000Z"].map((event_time) => ({
      Data: Buffer.from(JSON.stringify({ ticker_symbol: "ALY", price: 1, event_time })),
      PartitionKey: "k",
    }));
    await world.kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    const run = async () => {
      const child = start("--stream", StreamName, "--format", "json");
      return Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    };
    const [stdout, stderr] = await run();
    assert.equal((JSON.parse(stdout) as { event_time: string }).event_time, "2024-01-01T00:00:00.000Z");
    assert.match(
      stderr,
      /^invalid row: shardId-000000000000:\d+ event_time before the feed's first day, 2024-01-01\n1 row in 2 records of 1 shard; 1 invalid line\n$/,
    );

    const fault = { kind: "error", code: "AccessDeniedException", status: 400 } as const;
    world.cloud.faults.set([{ service: "athena", operation: "GetTableMetadata", fault }]);
    const [rows, log] = await run();
    world.cloud.faults.set([]);
    assert.equal(rows.trimEnd().split("\n").length, 2);
    assert.match(log, /^rows from before the lake's first day are not recognised: not allowed: /);
  });

  it("follows until Ctrl-C, and ends with 130", async () => {
    const child = start("--stream", "pricelake-local-stocks", "--follow", "--from", "TRIM_HORIZON");
    const stderr = text(child.stderr);
    const stdout = child.stdout;
    let lines = 0;
    for await (const chunk of stdout) {
      lines += String(chunk).split("\n").length - 1;
      if (lines >= 1600) child.kill("SIGINT");
    }
    if (child.exitCode === null) await once(child, "exit");
    assert.equal(child.exitCode, 130);
    assert.equal(lines, 1600);
    assert.match(
      await stderr,
      /^1600 rows in 400 records of 1 shard; response time 50 % within [\d.]+ m?s, 95 % within [\d.]+ m?s, 99 % within [\d.]+ m?s\n$/,
    );
  });

  it("exits with 0 and without a message when the reader closes the pipe", async () => {
    const child = start("--stream", "pricelake-local-stocks", "--follow", "--from", "TRIM_HORIZON");
    const stderr = text(child.stderr);
    await once(child.stdout, "data");
    child.stdout?.destroy();
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
    assert.equal(await stderr, "");
  });

  for (const [args, message] of [
    [[], "--stream NAME, --queue NAME or --from kafka:<topic> is missing; see --help"],
    [["--stream", "s", "x"], 'unexpected argument "x"; see --help'],
    [
      ["--stream", "s", "--from", "soon"],
      '--from takes TRIM_HORIZON, LATEST, at:<sequence number>, after:<sequence number> or a time (now, today, yesterday, an age (90s, 30m, 24h, 7d, 2w), 2026-01-31 or 2026-01-31T10:00Z), not "soon"',
    ],
    [["--stream", "s", "--from", "2999-01-01"], "--from 2999-01-01 is in the future"],
    [["--stream", "s", "--from", "LATEST"], "--from LATEST finds nothing without --follow"],
    [
      ["--stream", "s", "--to", "s3:bucket"],
      '--to takes dynamodb:<table>, kinesis:<stream>, sns:<topic> or mongodb:<collection>, not "s3:bucket"',
    ],
    [["--stream", "s", "--to", "dynamodb:table"], "--to dynamodb: needs a feed's key; add --feed"],
    [["--stream", "s", "--queue", "q"], "--stream, --queue and --from kafka:<topic> cannot go together"],
    [
      ["--queue", "q", "--group", "g"],
      "--queue takes neither --from nor --group: a queue keeps its own position",
    ],
    [["--queue", "q", "--fan-out", "f"], "--fan-out goes with --stream"],
    [
      ["--stream", "s", "--group", "g", "--from", "at:1"],
      "--group reads all shards, and a sequence number is a position in one of them",
    ],
    [
      ["--stream", "s", "--to", "kinesis:s"],
      "--to kinesis:s would send the stream's rows into the stream itself",
    ],
    [
      ["--stream", "s", "--to", "kinesis:pricelake-local-posts"],
      "pricelake-local-posts carries posts, and this source gives no feed's rows: take another of dynamodb:<table>, kinesis:<stream>, sns:<topic> or mongodb:<collection>",
    ],
    [["--stream", "s", "--feed", "gold"], '--feed takes one of crypto, retail, stocks, posts, not "gold"'],
    [["--stream", "s", "--format", "xml"], '--format takes one of text, json, csv, not "xml"'],
    [["--stream", "s", "--format", "text", "--json"], "--json and --format text cannot go together"],
  ] as const)
    it(`refuses ${args.join(" ") || "no arguments"}`, async () => {
      await assert.rejects(consume.run(args), { exitCode: 2, message });
    });

  it("refuses --follow when no cloud is running", async () => {
    const dir = temporaryDirectory();
    const endpoint = process.env.AWS_ENDPOINT_URL;
    delete process.env.AWS_ENDPOINT_URL;
    try {
      await assert.rejects(consume.run(["--stream", "s", "--follow", "--dir", dir.path]), {
        exitCode: 2,
        message: '--follow needs a running cloud: start one with "npm start", or set AWS_ENDPOINT_URL',
      });
    } finally {
      if (endpoint !== undefined) process.env.AWS_ENDPOINT_URL = endpoint;
      dir.remove();
    }
  });
});
