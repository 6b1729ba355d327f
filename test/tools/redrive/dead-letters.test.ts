import { strict as assert } from "node:assert";
import { GlueClient } from "@aws-sdk/client-glue";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";
import { strToU8, zipSync } from "fflate";
import { names } from "../../../data/names";
import { type RedrivenQueue, redriveDeadLetters } from "../../../tools/redrive/dead-letters";
import { connectionOf, type TestCloud, testCloud } from "../../support/cloud";

describe("redriveDeadLetters", () => {
  let world: TestCloud;
  let clients: { sqs: SQSClient; lambda: LambdaClient; glue: GlueClient };
  const call: TestCloud["cloud"]["call"] = (...request) => world.cloud.call(...request);
  const me = () => world.cloud.administrator;

  before(async () => {
    world = await testCloud();
    const connection = connectionOf(world.cloud);
    clients = {
      sqs: new SQSClient(connection),
      lambda: new LambdaClient(connection),
      glue: new GlueClient(connection),
    };
    const Principal = { Service: ["lambda.amazonaws.com", "glue.amazonaws.com"] };
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal, Action: "sts:AssumeRole" }],
    };
    await call("iam", "CreateRole", { RoleName: "r", AssumeRolePolicyDocument: JSON.stringify(trust) }, me());
  });
  after(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await world.stop();
  });

  const roleArn = () => `arn:aws:iam::${world.cloud.accountId}:role/r`;
  const createFunction = (FunctionName: string, source: string) =>
    call(
      "lambda",
      "CreateFunction",
      {
        ...{ FunctionName, Role: roleArn(), Runtime: "nodejs22.x", Handler: "index.handler" },
        Code: { ZipFile: zipSync({ "index.js": strToU8(source) }) },
      },
      me(),
    );
  async function letters(queue: string, ...bodies: readonly string[]): Promise<string> {
    const { QueueUrl = "" } = await call("sqs", "CreateQueue", { QueueName: queue }, me());
    for (const MessageBody of bodies) await call("sqs", "SendMessage", { QueueUrl, MessageBody }, me());
    return QueueUrl;
  }
  async function redriven(env: string): Promise<RedrivenQueue[]> {
    const found: RedrivenQueue[] = [];
    for await (const queue of redriveDeadLetters(clients, names(env))) found.push(queue);
    return found;
  }
  async function left(QueueUrl: string): Promise<(string | undefined)[]> {
    const { Messages = [] } = await call(
      "sqs",
      "ReceiveMessage",
      { QueueUrl, MaxNumberOfMessages: 10 },
      me(),
    );
    return Messages.map(({ Body }) => Body);
  }
  const at = (day: number) => JSON.stringify({ scheduledTime: `2026-01-0${day}T01:30:00Z` });
  const throwUnless = (condition: string) =>
    `exports.handler = async (event) => { if (!(${condition})) throw new Error("not " + event.scheduledTime); }`;

  it("compares each missed day again, and removes the messages", async () => {
    await createFunction("pricelake-a-reconcile", throwUnless("/^2026-01-0[12]T/.test(event.scheduledTime)"));
    const url = await letters("pricelake-a-reconcile-dead-letters", at(1), at(2));
    const queue = "pricelake-a-reconcile-dead-letters";
    assert.deepEqual(await redriven("a"), [{ queue, messages: 2, calls: 2, outcome: "redriven" }]);
    assert.deepEqual(await left(url), []);
    assert.deepEqual(await redriven("a"), []);
  });

  it("calls functions that catch up once", async () => {
    await createFunction("pricelake-b-compact", throwUnless("true"));
    const queue = "pricelake-b-compact-dead-letters";
    const url = await letters(queue, at(1), at(2), at(3));
    assert.deepEqual(await redriven("b"), [{ queue, messages: 3, calls: 1, outcome: "redriven" }]);
    assert.deepEqual(await left(url), []);
  });

  it("keeps the messages of a call that fails again, for the next attempt", async () => {
    await createFunction("pricelake-c-reconcile", throwUnless("false"));
    const queue = "pricelake-c-reconcile-dead-letters";
    const url = await letters(queue, at(4));
    const [found] = await redriven("c");
    assert.deepEqual([found?.calls, found?.outcome], [1, "failed again"]);
    assert.match(found?.reason ?? "", /not 2026-01-04T01:30:00Z/);
    assert.deepEqual(await left(url), [at(4)]);
  });

  it("keeps the messages of a function that does not exist", async () => {
    const url = await letters("pricelake-d-publish-reports-dead-letters", at(5));
    const [found] = await redriven("d");
    assert.match(`${found?.outcome}: ${found?.reason}`, /^failed again: .*Function not found/);
    assert.deepEqual(await left(url), [at(5)]);
  });

  it("says that the prices of a lost poll come from a backfill", async () => {
    const url = await letters("pricelake-e-poll-prices-dead-letters", at(1), at(1));
    assert.deepEqual(await redriven("e"), [
      {
        ...{ queue: "pricelake-e-poll-prices-dead-letters", messages: 2, calls: 0, outcome: "too late" },
        reason: "npm run backfill -- --from-gaps fills the gaps",
      },
    ]);
    assert.deepEqual(await left(url), []);
  });

  it("starts the crawler", async () => {
    await call("glue", "CreateDatabase", { DatabaseInput: { Name: "f" } }, me());
    await call("s3", "CreateBucket", { Bucket: "landing" }, me());
    await call(
      "glue",
      "CreateCrawler",
      {
        ...{ Name: "pricelake-f-landing", Role: roleArn(), DatabaseName: "f" },
        Targets: { S3Targets: [{ Path: "s3://landing/files/" }] },
      },
      me(),
    );
    await letters("pricelake-f-landing-dead-letters", '{"Name":"pricelake-f-landing"}');
    assert.deepEqual(
      (await redriven("f")).map(({ calls, outcome }) => [calls, outcome]),
      [[1, "redriven"]],
    );
    const { Crawler } = await call("glue", "GetCrawler", { Name: "pricelake-f-landing" }, me());
    assert.ok(Crawler?.State !== "READY" || Crawler.LastCrawl !== undefined);
  });
});
