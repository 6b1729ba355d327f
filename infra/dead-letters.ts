import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Setting } from "./setting";
import type { Statement } from "./statements";

export const deadLetterName = (owner: string, { names, config }: Setting): string | undefined =>
  config.deadLetterQueues ? names.queue(`${owner}-dead-letters`) : undefined;

/** A queue for calls that could not be made, kept as long as SQS keeps anything. */
export const deadLetterQueue = (name: string, { names, config, key }: Setting, parent: pulumi.Resource) =>
  config.deadLetterQueues
    ? new aws.sqs.Queue(
        `${name}-dead-letters`,
        {
          name: names.queue(`${name}-dead-letters`),
          messageRetentionSeconds: 14 * 86_400,
          ...(key ? { kmsMasterKeyId: key } : { sqsManagedSseEnabled: true }),
        },
        { parent },
      )
    : undefined;

export const sendDeadLetters = (queue: aws.sqs.Queue): Statement => ({
  sid: "SendDeadLetters",
  actions: ["sqs:SendMessage"],
  resources: [queue.arn],
});
