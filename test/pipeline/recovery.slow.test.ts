import { strict as assert } from "node:assert";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { crypto } from "../../data/feeds/crypto";
import { hourAt } from "../../data/hours";
import { backfill } from "../../tools/backfill/backfill";
import { planBackfill } from "../../tools/backfill/plan";
import { deployedSource } from "../../tools/backfill/source";
import { queryRows } from "../../tools/kit/athena-results";
import { redriveFailures } from "../../tools/redrive/failures";
import { redriveQuarantine } from "../../tools/redrive/quarantine";
import { coin } from "../functions/support/events";
import { withoutProgress } from "../support/progress";
import { temporaryDirectory } from "../support/temporary";
import { pricelake } from "./command";
import { check } from "./simulation/check";
import { type Plan, SLOT, type Step } from "./simulation/plan";
import { play } from "./simulation/play";
import { run } from "./simulation/seed";
import { name, startOf, startWorld, type World } from "./simulation/world";

const calm: Step = { faults: [], market: [], disturbances: [] };
const closed: Step = { ...calm, market: [{ kind: "redirect" }] };
const plan = (seed: number, ...steps: Step[]): Plan => ({ seed, steps });

describe("Recovery", () => {
  const dir = temporaryDirectory();
  let world: World;

  before(async () => {
    world = await startWorld(dir.path, 1);
  });
  after(async () => {
    await world?.stop();
    dir.remove();
  });

  async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
    const all: T[] = [];
    for await (const each of from) all.push(each);
    return all;
  }
  /** Time for what is in the stream to reach every sink. */
  const settle = async () => {
    await world.cloud.flush();
    await world.cloud.clock.advanceTo(world.cloud.clock.now() + 70_000);
    await world.cloud.flush();
  };
  const failures = () => redriveFailures(world.clients.s3, world.lambda, world.failures);

  it("a removed permission is enforced as in AWS, and nothing is lost once it is restored", async () => {
    const { call, administrator } = world.cloud;
    const RoleName = name.function("write-csv", "crypto");
    const { PolicyNames = [] } = await call("iam", "ListRolePolicies", { RoleName }, administrator);
    const PolicyName = PolicyNames[0] ?? "";
    const policy = await call("iam", "GetRolePolicy", { RoleName, PolicyName }, administrator);
    const document = JSON.parse(decodeURIComponent(policy.PolicyDocument ?? "")) as {
      Statement: { Sid: string }[];
    };
    const Statement = document.Statement.filter(({ Sid }) => Sid !== "WriteLake");
    assert.equal(Statement.length, document.Statement.length - 1);
    const put = (PolicyDocument: object) =>
      call(
        "iam",
        "PutRolePolicy",
        { RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) },
        administrator,
      );
    await put({ ...document, Statement });
    await play(world, plan(1, calm, calm, calm, calm));
    const refused = world.logged.find(({ message, retryFrom }) => message === "written" && retryFrom);
    assert.match(
      String(refused?.reason),
      /^AccessDenied: User: arn:aws:sts::000000000000:assumed-role\/pricelake-local-write-csv-crypto\/pricelake-local-write-csv-crypto is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::pricelake-local-lake-000000000000-us-east-1\/csv\/crypto\/dt=2026-01-01\/hour=02\/[^"]+" because no identity-based policy allows the s3:PutObject action$/,
    );
    await put(document);
    await world.cloud.clock.advanceTo(world.cloud.clock.now() + 10 * 60_000);
    await settle();
    const { violations, redriven, rows } = await check(world, plan(1, calm, calm, calm, calm));
    assert.deepEqual(violations, []);
    assert.ok(rows >= 100);
    assert.ok(redriven > 0, "batches were given up meanwhile, and went through when handed over again");
  });

  it("a failed batch without a payload is reported as unrecoverable, and stays", async () => {
    const Key = "aws/lambda/old/shardId-000000000000/2026/01/01/02/x";
    await world.clients.s3.send(
      new PutObjectCommand({
        Bucket: world.failures,
        Key,
        Body: JSON.stringify({
          requestContext: { functionArn: "arn:aws:lambda:us-east-1:000000000000:function:gone" },
          KinesisBatchInfo: { batchSize: 3 },
        }),
      }),
    );
    const expected = {
      key: Key,
      function: "arn:aws:lambda:us-east-1:000000000000:function:gone",
      records: 3,
      outcome: "unrecoverable",
      reason: "the failure record has no payload",
    };
    assert.deepEqual(await collect(failures()), [expected]);
    const { code, stdout, stderr } = await pricelake(["redrive", "--json"], shell());
    assert.equal(code, 1, stderr);
    assert.equal(withoutProgress(stderr), "");
    assert.deepEqual((JSON.parse(stdout) as { batches: unknown }).batches, [expected]);
    await world.cloud.call("s3", "DeleteObject", { Bucket: world.failures, Key }, world.cloud.administrator);
  });

  it("quarantined rows that are valid now are sent again; the others stay", async () => {
    await run(world, plan(2, calm));
    const { bucket, clients } = world;
    const event_time = new Date(startOf(2) + 1000).toISOString();
    const row = {
      coin_id: "renamed",
      symbol: "ren",
      name: "Renamed",
      price_usd: 3,
      last_updated: event_time,
      event_time,
      origin: "poll",
    };
    const line = (raw: unknown) => JSON.stringify({ source: "test", column: null, reason: "then", raw });
    await clients.s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: "quarantine/crypto/dt=2026-01-01/a.json",
        Body: `${line(row)}\n${line({ ...row, price_usd: -1 })}\n`,
      }),
    );
    const options = {
      ...clients,
      bucket,
      stream: name.stream("crypto"),
      lanes: 2,
      feed: crypto,
      signal: AbortSignal.timeout(100_000),
    };
    const key = "quarantine/crypto/dt=2026-01-01/a.json";
    assert.deepEqual(await collect(redriveQuarantine(options)), [{ key, sent: 1, kept: 1 }]);
    assert.deepEqual(await collect(redriveQuarantine(options)), [{ key, sent: 0, kept: 1 }]);
    await settle();
    assert.deepEqual(await ask("SELECT name, price_usd FROM crypto WHERE coin_id = 'renamed'"), [
      ["Renamed", "3.0"],
    ]);
  });

  it("shows events of the tables' dates in the view, and quarantines all others", async () => {
    const now = world.cloud.clock.now();
    const times = {
      now: new Date(now).toISOString(),
      "first-day": "2025-01-01T00:00:00.000Z",
      "day-before": "2024-12-31T23:59:59.999Z",
      "in-3-days": new Date(now + 3 * 86_400_000).toISOString(),
      "in-1999": "1999-06-01T00:00:00.000Z",
      "in-2099": "2099-06-01T00:00:00.000Z",
    };
    const lines = Object.entries(times).map(([id, time]) => `${JSON.stringify(coin(`tick-${id}`, time))}\n`);
    await world.cloud.call(
      "kinesis",
      "PutRecord",
      { StreamName: name.stream("crypto"), PartitionKey: "0", Data: Buffer.from(lines.join("")) },
      world.cloud.administrator,
    );
    await settle();
    assert.deepEqual(await ask("SELECT coin_id FROM crypto WHERE coin_id LIKE 'tick-%' ORDER BY coin_id"), [
      ["tick-first-day"],
      ["tick-now"],
    ]);
    const quarantined = await ask(
      `SELECT DISTINCT json_extract_scalar(raw, '$.coin_id'), reason FROM crypto_quarantine
       WHERE raw LIKE '%"tick-%' ORDER BY 1`,
    );
    assert.deepEqual(quarantined, [
      ["tick-day-before", "before the feed's first day, 2025-01-01"],
      ["tick-in-1999", "before the feed's first day, 2025-01-01"],
      ["tick-in-2099", "more than a day after the record arrived"],
      ["tick-in-3-days", "more than a day after the record arrived"],
    ]);
    const { Items = [] } = await world.cloud.call(
      "dynamodb",
      "Scan",
      {
        TableName: name.table("crypto"),
        FilterExpression: "begins_with(coin_id, :tick)",
        ExpressionAttributeValues: { ":tick": { S: "tick-" } },
      },
      world.cloud.administrator,
    );
    assert.deepEqual(Items.map((item) => item.coin_id?.S).sort(), ["tick-first-day", "tick-now"]);
  });

  describe("backfill", () => {
    const seed = 3;
    const range = () => ({ from: hourAt(startOf(seed)), to: hourAt(startOf(seed)) });
    const planned = () => planBackfill(world.clients.athena, name, range(), SLOT);
    const iso = (slot: number) => new Date(startOf(seed) + slot * SLOT).toISOString();

    const timestamp = (slot: number) => iso(slot).replace("T", " ").replace("Z", "");

    before(() => run(world, plan(seed, calm, calm, closed, closed, closed, calm, closed, calm)));

    it("finds the slots whose polls failed, and the requests that fill them", async () => {
      const { gaps, requests } = await planned();
      assert.deepEqual(
        gaps.flatMap(({ slots }) => slots.map((slot) => new Date(slot).toISOString())),
        [2, 3, 4, 6].map(iso),
      );
      assert.equal(requests, 25);
    });

    it("refuses more requests than allowed, and names the number", async () => {
      const { from, to } = range();
      const args = ["backfill", "--from-gaps", "--from", from, "--to", to];
      const { code, stdout, stderr } = await pricelake([...args, "--max-requests", "24"], shell());
      assert.deepEqual(
        { code, stdout, stderr },
        {
          code: 3,
          stdout: "",
          stderr:
            "pricelake: filling the gaps takes 25 requests to the price source, and 24 are allowed; " +
            "add --max-requests 25, or choose a shorter range with --from and --to\n",
        },
      );
    });

    it("describes its plan with --dry-run, and sends nothing", async () => {
      const { from, to } = range();
      const asked = world.market.requests();
      const args = ["backfill", "--from-gaps", "--dry-run", "--json", "--from", from, "--to", to];
      const { code, stdout } = await pricelake(args, shell());
      assert.equal(code, 0);
      assert.deepEqual(JSON.parse(stdout), {
        from,
        to,
        gaps: [
          { from: iso(2).slice(0, 16), to: iso(4).slice(0, 16), slots: 3 },
          { from: iso(6).slice(0, 16), to: iso(6).slice(0, 16), slots: 1 },
        ],
        needed: 25,
      });
      assert.equal(world.market.requests(), asked);
    });

    it("fills the gaps with the market's prices, and finds none afterwards", async () => {
      const ssm = new SSMClient({});
      const deployed = await deployedSource(world.lambda, ssm, name.function("poll-prices"));
      ssm.destroy();
      assert.deepEqual([deployed.name, deployed.quota], ["sample", 100_000]);
      const done = await backfill(await planned(), {
        kinesis: world.clients.kinesis,
        stream: name.stream("crypto"),
        lanes: 2,
        deployed,
        signal: AbortSignal.timeout(100_000),
        onRequest: () => {},
      });
      assert.deepEqual(done, { requests: 25, rows: 100, unknown: [] });
      await settle();
      const { gaps, requests } = await planned();
      assert.deepEqual({ gaps, requests }, { gaps: [], requests: 0 });
      const hour = `dt = '${range().from.slice(0, 10)}' AND hour = '${range().from.slice(11)}'`;
      assert.deepEqual(
        await ask(
          `SELECT origin, count(*), count(DISTINCT event_time) FROM crypto WHERE ${hour} AND event_time <= TIMESTAMP '${timestamp(7)}' GROUP BY origin ORDER BY origin`,
        ),
        [
          ["backfill", "100", "4"],
          ["poll", "100", "4"],
        ],
      );
    });

    it("is superseded by a poll of the same slot", async () => {
      const coins = await ask(`SELECT coin_id FROM crypto WHERE event_time = TIMESTAMP '${timestamp(6)}'`);
      const lines = coins.map(([id = ""]) => `${JSON.stringify(coin(id, iso(6)))}\n`);
      await world.cloud.call(
        "kinesis",
        "PutRecord",
        { StreamName: name.stream("crypto"), PartitionKey: "0", Data: Buffer.from(lines.join("")) },
        world.cloud.administrator,
      );
      await settle();
      assert.deepEqual(
        await ask(
          `SELECT origin, count(*) FROM crypto WHERE dt = '2026-01-01' AND event_time = TIMESTAMP '${timestamp(6)}' GROUP BY origin`,
        ),
        [["poll", "25"]],
      );
    });
  });

  const ask = (sql: string) => queryRows(world.clients.athena, name, sql);

  /** The shell of somebody whose AWS settings point at the cloud. */
  const shell = () => ({
    AWS_ENDPOINT_URL: world.cloud.endpoint,
    AWS_REGION: world.cloud.region,
    AWS_ACCESS_KEY_ID: world.cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: world.cloud.credentials.secretAccessKey,
  });
});
