import { AthenaClient } from "@aws-sdk/client-athena";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { isResult } from "../../analytics/site/model";
import { names } from "../../data/names";
import { clientConfig } from "../shared/aws";
import { type Context, deadline } from "../shared/context";
import { readEnv } from "../shared/env";
import { describe, log } from "../shared/log";
import { counts, emitMetrics } from "../shared/metrics";
import { readParameter } from "../shared/parameter";
import { publish } from "./core";
import { Coverage } from "./coverage";
import { deliver } from "./deliver";
import { dueMessages } from "./message";
import { receiveMessages } from "./messages";
import { deployedFeeds, readPackage, type SitePackage } from "./package";
import { queryRunner } from "./query";
import { SiteStore } from "./store";
import { readWebhooks } from "./webhook";

const env = readEnv();
const name = names(env.text("STACK"));
const bucket = env.text("LAKE_BUCKET");
const topicArn = env.text("TOPIC_ARN");
const queueUrl = env.text("ALERTS_QUEUE_URL");
const url = env.optional("SITE_URL");
const webhooks = readWebhooks(env.optional("WEBHOOKS") ?? "");
// Set in the embedded cloud only.
const allowLoopback = env.optional("AWS_ENDPOINT_URL")?.startsWith("http://127.0.0.1:") ?? false;
let packaged: SitePackage | undefined;
const s3 = new S3Client(clientConfig());
const athena = new AthenaClient(clientConfig());
const sns = new SNSClient(clientConfig());
// The embedded cloud may have another port after a restart than in the queue's URL.
const sqs = new SQSClient({ ...clientConfig(), useQueueUrlAsEndpoint: false });

/** Publishes the site, and sends the reports whose condition holds. */
export async function handler(_event: unknown, context: Context) {
  packaged ??= readPackage();
  const { site, feeds, script } = packaged;
  const signal = deadline(context);
  const now = Date.now();
  const options = { abortSignal: signal };
  const lake = {
    s3,
    callOptions: options,
    openObject: async (Bucket: string, Key: string) =>
      (await s3.send(new GetObjectCommand({ Bucket, Key }), options)).Body as
        | AsyncIterable<Uint8Array>
        | undefined,
  };
  const store = new SiteStore(s3, bucket, signal);
  const received = await receiveMessages(sqs, queueUrl, signal);
  const published = await publish(
    {
      ...{ site, script, url, store, feeds: deployedFeeds(feeds), messages: received.messages },
      query: queryRunner(athena, { database: name.database, workgroup: name.siteWorkgroup }, signal),
      coverage: new Coverage(lake, bucket),
      onFailure: (page, error) =>
        log("error", "page not published", { page: page.path, reason: describe(error) }),
    },
    now,
  );
  await received.remove();
  const sent = await store.readDeliveries();
  const delivery = await deliver(
    dueMessages(published.outcomes, sent, now, url),
    {
      ...{ sns, topicArn, webhooks, allowLoopback, signal },
      readSecret: (secret) => readParameter(`/aws/reference/secretsmanager/${secret}`, signal),
      onFailure: ({ page, channel }, error) =>
        log("error", "report not delivered", { page, channel, reason: describe(error) }),
    },
    now,
  );
  const delivered = Object.keys(delivery.sent).length;
  if (delivered > 0) await store.writeDeliveries({ ...sent, ...delivery.sent });
  const pages = published.outcomes.filter(isResult).length;
  const failed = published.outcomes.length - pages;
  const summary = { files: published.files, delivered, undelivered: delivery.failed };
  log(failed > 0 ? "error" : "info", "published", { pages, failed, ...summary });
  emitMetrics(context, {
    ...counts({ Published: pages, Unpublished: failed, Delivered: delivered, Undelivered: delivery.failed }),
    ScannedBytes: [published.scannedBytes, "Bytes"],
  });
  return { pages, failed, ...summary, scannedBytes: published.scannedBytes };
}
