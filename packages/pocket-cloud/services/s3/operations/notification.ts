import { randomUUID } from "node:crypto";
import type { NotificationConfiguration } from "@aws-sdk/client-s3";
import { unsupported } from "../../../errors";
import { invalidArgument } from "../errors";
import { destinations } from "../notifications";
import { type Make, onBucket } from "../operation";
import { readConfiguration, required, writeConfiguration } from "./configurations";

export const getBucketNotificationConfiguration: Make<"GetBucketNotificationConfiguration"> = (store) => ({
  ...onBucket("s3:GetBucketNotification"),
  run: (input) => ({ ...readConfiguration<NotificationConfiguration>(store, input, "notification") }),
});

const EVENTS =
  /^s3:(ObjectCreated:(\*|Put|Post|Copy|CompleteMultipartUpload)|ObjectRemoved:(\*|Delete|DeleteMarkerCreated)|LifecycleExpiration:(\*|Delete|DeleteMarkerCreated))$/;

export const putBucketNotificationConfiguration: Make<"PutBucketNotificationConfiguration"> = (store) => ({
  ...onBucket("s3:PutBucketNotification"),
  run: (input) => {
    const given = required(input.NotificationConfiguration);
    if (given.EventBridgeConfiguration)
      throw unsupported("S3 notifications to EventBridge; use a queue, a topic or a function");
    for (const { arn, kind, events } of destinations(given)) {
      const service = { queue: "sqs", topic: "sns", function: "lambda" }[kind];
      if (!arn.startsWith(`arn:aws:${service}:`))
        throw invalidArgument("The ARN could not be parsed", kind, arn);
      const unknown = events.find((event) => !EVENTS.test(event));
      if (unknown !== undefined) throw unsupported(`S3 notifications of the event ${unknown}`);
    }
    const named = <T extends { Id?: string | undefined }>(list: T[] | undefined) =>
      list?.map((one) => ({ ...one, Id: one.Id ?? randomUUID() }));
    const { QueueConfigurations, TopicConfigurations, LambdaFunctionConfigurations } = given;
    const kept: NotificationConfiguration = {
      ...(QueueConfigurations && { QueueConfigurations: named(QueueConfigurations) }),
      ...(TopicConfigurations && { TopicConfigurations: named(TopicConfigurations) }),
      ...(LambdaFunctionConfigurations && {
        LambdaFunctionConfigurations: named(LambdaFunctionConfigurations),
      }),
    };
    return writeConfiguration(store, input, "notification", destinations(kept).length > 0 ? kept : undefined);
  },
});
