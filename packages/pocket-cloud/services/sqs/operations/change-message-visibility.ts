import { AwsError } from "../../../errors";
import { inBounds } from "../bounds";
import { ofQueue, type Sqs, type SqsOperation } from "../operation";
import type { Queue } from "../store";
import { batch } from "./batch";

function changeVisibility(sqs: Sqs, queue: Queue, receipt: string | undefined, seconds: number): object {
  inBounds("VisibilityTimeout", seconds);
  const now = sqs.cloud.clock.now();
  const message = queue.data.byReceipt(receipt);
  if (!message) throw gone(receipt);
  if (message.visibleAt <= now)
    throw new AwsError("MessageNotInflight", "The message referred to isn't in flight.");
  message.visibleAt = now + seconds * 1000;
  sqs.cloud.bus.emit("sqs:message", { queueArn: queue.record.arn, at: message.visibleAt });
  return {};
}

const gone = (receipt: string | undefined): AwsError =>
  new AwsError(
    "InvalidParameterValue",
    `Value ${receipt} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
  );

export const changeMessageVisibility = (sqs: Sqs): SqsOperation<"ChangeMessageVisibility"> => ({
  resources: ofQueue(sqs),
  run: (input) =>
    changeVisibility(sqs, sqs.store.find(input.QueueUrl), input.ReceiptHandle, input.VisibilityTimeout ?? 0),
});

export const changeMessageVisibilityBatch = (sqs: Sqs): SqsOperation<"ChangeMessageVisibilityBatch"> => ({
  actions: ["sqs:ChangeMessageVisibility"],
  resources: ofQueue(sqs),
  run: (input) => {
    const queue = sqs.store.find(input.QueueUrl);
    return batch(input.Entries, (entry) =>
      changeVisibility(sqs, queue, entry.ReceiptHandle, entry.VisibilityTimeout ?? 0),
    );
  },
});
