import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import type { Statement } from "../permissions";

/** A queue for failed invocations, and its name in AWS. */
export interface DeadLetters {
  readonly name: string;
  readonly queue: aws.sqs.Queue;
}

/** The dead-letter queue of a schedule or function, where the config has such queues. */
export function deadLetters(
  owner: string,
  { names, config, key }: Context,
  options: pulumi.CustomResourceOptions,
): DeadLetters | undefined {
  if (!config.deadLetterQueues) return undefined;
  const name = names.queue(`${owner}-dead-letters`);
  const queue = new aws.sqs.Queue(
    `${owner}-dead-letters`,
    {
      name,
      // 14 days, the longest that SQS keeps a message.
      messageRetentionSeconds: 14 * 86_400,
      ...(key ? { kmsMasterKeyId: key } : { sqsManagedSseEnabled: true }),
    },
    options,
  );
  return { name, queue };
}

export const sendDeadLetters = (to: DeadLetters | undefined): Statement[] =>
  to === undefined
    ? []
    : [{ sid: "SendDeadLetters", actions: ["sqs:SendMessage"], resources: [to.queue.arn] }];
