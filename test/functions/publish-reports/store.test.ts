import { strict as assert } from "node:assert";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SiteFile } from "../../../analytics/site/model";
import { feeds } from "../../../data/feeds";
import { publish } from "../../../functions/publish-reports/core";
import { Coverage } from "../../../functions/publish-reports/coverage";
import { deliver } from "../../../functions/publish-reports/deliver";
import { dueMessages } from "../../../functions/publish-reports/message";
import { receiveMessages } from "../../../functions/publish-reports/messages";
import type { RunQuery } from "../../../functions/publish-reports/query";
import { SiteStore } from "../../../functions/publish-reports/store";
import { type Cloud, startCloud } from "../../../packages/pocket-cloud";
import { candles, moversPage, ohlcPage, outcomes, publishedAt } from "../../analytics/site/sample";
import { connectionOf } from "../../support/cloud";

const BUCKET = "lake";
const signal = AbortSignal.timeout(600_000);
const file = (path: string, body = path): SiteFile => ({
  path,
  body,
  contentType: "text/html; charset=utf-8",
});

describe("What publish-reports stores and sends", () => {
  let cloud: Cloud;
  let s3: S3Client;
  let store: SiteStore;
  const written: string[] = [];

  before(async () => {
    cloud = await startCloud({ services: ["s3", "sns", "sqs"] });
    await cloud.call("s3", "CreateBucket", { Bucket: BUCKET }, cloud.administrator);
    s3 = new S3Client({ ...connectionOf(cloud), forcePathStyle: true });
    store = new SiteStore(s3, BUCKET, signal);
    cloud.bus.on("s3:object-created", ({ key }) => void written.push(key));
  });
  after(async () => {
    s3?.destroy();
    await cloud?.stop();
  });
  beforeEach(() => void written.splice(0));

  const keys = async (): Promise<string[]> => {
    const { Contents = [] } = await cloud.call(
      "s3",
      "ListObjectsV2",
      { Bucket: BUCKET },
      cloud.administrator,
    );
    return Contents.map(({ Key = "" }) => Key);
  };

  it("writes the home page when all other files are there, and deletes what is no longer listed", async () => {
    const pages = Array.from({ length: 20 }, (_, at) => file(`page-${at}.html`));
    await store.writeSite([...pages, file("index.html")], () => false);
    assert.equal(written.at(-1), "site/index.html");
    await store.writeSite([file("page-1.html"), file("index.html")], (path) => path === "page-2.html");
    assert.deepEqual(await keys(), ["site/index.html", "site/page-1.html", "site/page-2.html"]);
  });

  it("gives objects their type, a short cache time and S3's encryption", async () => {
    const input = { Bucket: BUCKET, Key: "site/page-1.html" };
    const head = await cloud.call("s3", "HeadObject", input, cloud.administrator);
    assert.deepEqual(
      [head.ContentType, head.CacheControl, head.ServerSideEncryption],
      ["text/html; charset=utf-8", "max-age=60", "AES256"],
    );
  });

  it("begins without alerts and deliveries, and remembers them outside the served folder", async () => {
    assert.deepEqual([await store.readAlerts(), await store.readDeliveries()], [[], {}]);
    const alert = { id: "a", title: "A", text: "", severity: "info", time: "2026-03-01T00:00:00.000Z" };
    await store.writeAlerts([alert]);
    await store.writeDeliveries({ "page/alerts": alert.time });
    assert.deepEqual(
      [await store.readAlerts(), await store.readDeliveries()],
      [[alert], { "page/alerts": alert.time }],
    );
    assert.ok(written.every((key) => key.startsWith("publishing/")));
  });

  const publication = (query: RunQuery, failures: string[]) => ({
    ...{ site: { title: "Prices", description: "", pages: [ohlcPage, moversPage] }, script: "/* script */" },
    ...{ feeds: [feeds.crypto].flatMap((feed) => feed ?? []), query, store, messages: [] },
    coverage: new Coverage({ s3, callOptions: {}, openObject: async () => undefined }, BUCKET),
    onFailure: ({ path }: { path: string }, error: unknown) => void failures.push(`${path}: ${error}`),
  });
  const answer = { truncated: false, scannedBytes: 10 };

  it("publishes the other pages when a query fails, and keeps the earlier version of its page", async () => {
    const result = {
      columns: ohlcPage.report.columns,
      rows: candles("bitcoin", 100),
      ...answer,
    };
    const failures: string[] = [];
    const works: RunQuery = async ({ query }) => {
      if (query.startsWith("-- crypto/ohlc")) return result;
      return { columns: moversPage.report.columns, rows: [], ...answer };
    };
    await publish(publication(works, failures), publishedAt);
    const fails: RunQuery = async ({ query, parameters }) => {
      if (query.startsWith("-- crypto/ohlc"))
        throw new Error("the query ended as CANCELLED: Bytes scanned limit");
      return works({ query, parameters });
    };
    const second = await publish(publication(fails, failures), publishedAt);
    assert.deepEqual(failures, ["coins: Error: the query ended as CANCELLED: Bytes scanned limit"]);
    assert.equal(second.scannedBytes, 10);
    assert.ok((await keys()).includes("site/coins/bitcoin.html"));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: "site/index.html" }));
    assert.match((await Body?.transformToString()) ?? "", /Its query failed/);
  });

  it("leaves the site as it is when every query fails", async () => {
    const before = await keys();
    const fails: RunQuery = async () => {
      throw new Error("throttled");
    };
    await assert.rejects(
      publish(publication(fails, []), publishedAt),
      /no report could be read; the site stays as it is/,
    );
    assert.deepEqual(await keys(), before);
  });

  it("takes the rules' alerts from the queue, and removes them when they are stored", async () => {
    const [sns, sqs] = [new SNSClient(connectionOf(cloud)), new SQSClient(connectionOf(cloud))];
    const call = cloud.call;
    const { TopicArn = "" } = await call("sns", "CreateTopic", { Name: "alerts" }, cloud.administrator);
    const { QueueUrl = "" } = await call("sqs", "CreateQueue", { QueueName: "site" }, cloud.administrator);
    const Endpoint = `arn:aws:sqs:${cloud.region}:${cloud.accountId}:site`;
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          ...{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage" },
          ...{ Resource: Endpoint, Condition: { ArnEquals: { "aws:SourceArn": TopicArn } } },
        },
      ],
    });
    await call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy } }, cloud.administrator);
    await call("sns", "Subscribe", { TopicArn, Protocol: "sqs", Endpoint }, cloud.administrator);
    for (let at = 0; at < 12; at++)
      await call("sns", "Publish", { TopicArn, Message: JSON.stringify({ id: at }) }, cloud.administrator);
    // A report goes to the same topic as text; it comes back as nothing.
    const due = dueMessages(
      outcomes,
      { "top-movers/team": new Date(publishedAt).toISOString() },
      publishedAt,
      undefined,
    );
    const { sent, failed } = await deliver(
      due,
      {
        ...{ sns, topicArn: TopicArn, webhooks: new Map(), allowLoopback: false, signal },
        readSecret: async () => "",
        onFailure: (_, error) => assert.fail(String(error)),
      },
      publishedAt,
    );
    assert.deepEqual([Object.keys(sent), failed], [["top-movers/alerts"], 0]);
    const received = await receiveMessages(sqs, QueueUrl, signal);
    const ids = received.messages.map((message) => (message as { id?: number } | undefined)?.id);
    assert.deepEqual([...ids].sort(), [0, 1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9, undefined]);
    await received.remove();
    const attributes = await call(
      "sqs",
      "GetQueueAttributes",
      { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] },
      cloud.administrator,
    );
    assert.deepEqual(Object.values(attributes.Attributes ?? {}), ["0", "0"]);
    for (const client of [sns, sqs]) client.destroy();
  });

  it("counts a message to an unknown channel as failed, and sends the others", async () => {
    const reasons: string[] = [];
    const sns = { send: async () => ({}) } as never;
    const { sent, failed } = await deliver(
      dueMessages(outcomes, {}, publishedAt, undefined),
      {
        ...{ sns, topicArn: "t", webhooks: new Map(), allowLoopback: false, signal },
        readSecret: async () => "",
        onFailure: ({ channel }, error) => void reasons.push(`${channel}: ${error}`),
      },
      publishedAt,
    );
    assert.deepEqual([Object.keys(sent), failed], [["top-movers/alerts"], 1]);
    assert.deepEqual(reasons, ["team: Error: no webhook has this name; there are none"]);
  });
});
