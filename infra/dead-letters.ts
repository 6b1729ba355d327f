import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Setting } from "./setting";

/** A queue for what could not be handled, kept as long as SQS keeps anything. */
export const deadLetterQueue = (name: string, { names }: Setting, parent: pulumi.Resource): aws.sqs.Queue =>
  new aws.sqs.Queue(
    `${name}-dead-letters`,
    {
      name: names.queue(`${name}-dead-letters`),
      messageRetentionSeconds: 14 * 86_400,
      sqsManagedSseEnabled: true,
    },
    { parent },
  );
