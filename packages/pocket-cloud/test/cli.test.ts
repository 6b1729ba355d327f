import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { Athena } from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { S3 } from "@aws-sdk/client-s3";
import { Faults } from "../faults";
import { temporaryDirectory } from "./temporary";

const program = join(__dirname, "..", "..", "..", "tools", "main.ts");

/** `npm run cloud` with further arguments, for as long as `use` takes. */
async function withCloud(args: readonly string[], use: (endpoint: string) => Promise<void>): Promise<void> {
  const directory = temporaryDirectory();
  const child = spawn(
    process.execPath,
    [
      "--no-warnings",
      "--require",
      "tsx/cjs",
      program,
      "cloud",
      "--port",
      "0",
      "--dir",
      directory.path,
      ...args,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  try {
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    await use(line.toString().trim().replace("ready ", ""));
  } finally {
    child.kill("SIGINT");
    await once(child, "exit");
    directory.remove();
  }
}

/** Makes a few calls; "x" for each that an injected fault hits, "." for the others. */
async function strikes(endpoint: string): Promise<string> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const kinesis = new KinesisClient({ endpoint, credentials, region: "us-east-1", maxAttempts: 1 });
  let pattern = "";
  for (let i = 0; i < 24; i++)
    pattern += await kinesis.send(new ListStreamsCommand({})).then(
      () => ".",
      (error: Error) => (error.name === "Boom" ? "x" : error.name),
    );
  kinesis.destroy();
  return pattern;
}

/** Starts a query that never ends, and one of a gzip file of 16 GiB. */
async function startHostileQueries(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const options = { endpoint, credentials, region: "us-east-1" };
  const [s3, glue, athena] = [
    new S3({ ...options, forcePathStyle: true }),
    new Glue(options),
    new Athena(options),
  ];
  await s3.createBucket({ Bucket: "lake" });
  const member = gzipSync(Buffer.alloc(16 * 2 ** 20, "a,b\n"));
  const Body = Buffer.concat(Array.from({ length: 1024 }, () => member));
  await s3.putObject({ Bucket: "lake", Key: "lines/1.csv.gz", Body });
  await glue.createDatabase({ DatabaseInput: { Name: "market" } });
  const StorageDescriptor = {
    Location: "s3://lake/lines/",
    Columns: [{ Name: "a", Type: "string" }],
    SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde" },
  };
  const TableInput = { Name: "lines", TableType: "EXTERNAL_TABLE", StorageDescriptor };
  await glue.createTable({ DatabaseName: "market", TableInput });
  const ResultConfiguration = { OutputLocation: "s3://lake/results/" };
  for (const QueryString of [
    "SELECT levenshtein_distance(lpad('a', 3000000, 'b'), lpad('a', 3000000, 'c'))",
    "SELECT count(*) FROM market.lines",
  ]) {
    const { QueryExecutionId } = await athena.startQueryExecution({ QueryString, ResultConfiguration });
    const state = async () =>
      (await athena.getQueryExecution({ QueryExecutionId })).QueryExecution?.Status?.State;
    while ((await state()) === "QUEUED") await pause(20);
    assert.equal(await state(), "RUNNING");
  }
  await pause(500);
  for (const client of [s3, glue, athena]) client.destroy();
}

describe("npm run cloud", () => {
  const directory = temporaryDirectory();
  after(() => directory.remove());

  it("ends within seconds of Ctrl-C while queries do not end", async () => {
    let interrupted = 0;
    await withCloud([], async (endpoint) => {
      await startHostileQueries(endpoint);
      interrupted = performance.now();
    });
    const millis = performance.now() - interrupted;
    assert.ok(millis < 30_000, `${Math.round(millis)} ms`);
  });

  it("accepts the keys test/test, and injects the faults of a file with its seed", async () => {
    const path = join(directory.path, "faults.json");
    const fault = { kind: "error", code: "Boom", status: 400 } as const;
    const rules = [{ service: "kinesis", operation: "*", rate: 0.5, fault }];
    writeFileSync(path, JSON.stringify({ rules, seed: 7 }));
    const replayed = new Faults();
    replayed.set(rules, 7);
    const expected = Array.from({ length: 24 }, () => (replayed.next("kinesis", "ListStreams") ? "x" : "."));
    await withCloud(["--faults", path], async (endpoint) =>
      assert.equal(await strikes(endpoint), expected.join("")),
    );
  });
});
