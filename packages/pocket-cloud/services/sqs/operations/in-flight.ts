import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { runBatch } from "../../shared/batch";
import { BATCH_ERRORS, inBounds, invalidParameter } from "../parameters";
import type { Queue, QueueStore } from "../store";

/** Operations on received messages, which their receipt handles name. */
export function inFlightOperations(store: QueueStore) {
  const resources = store.arnsOf;
  const remove = (queue: Queue, receipt: string | undefined) => {
    const message = queue.data.byReceipt(receipt);
    if (!message) return {};
    // A standard queue deletes with any receipt handle; a FIFO queue only while the message is in flight with it.
    const expired = message.receipt !== receipt || message.visibleAt <= store.cloud.clock.now();
    if (queue.fifo && expired)
      throw invalidParameter("ReceiptHandle", receipt, "The receipt handle has expired.");
    queue.data.remove([message.id]);
    return {};
  };
  const changeVisibility = (queue: Queue, receipt: string | undefined, seconds = 0) => {
    inBounds("VisibilityTimeout", seconds);
    const now = store.cloud.clock.now();
    const message = queue.data.byReceipt(receipt);
    if (!message)
      throw invalidParameter(
        "ReceiptHandle",
        receipt,
        "Message does not exist or is not available for visibility timeout change.",
      );
    if (message.visibleAt <= now)
      throw new AwsError("MessageNotInflight", "The message referred to isn't in flight.");
    message.visibleAt = now + seconds * 1000;
    store.announce(queue, message.visibleAt);
    return {};
  };
  return {
    DeleteMessage: {
      resources,
      run: ({ QueueUrl, ReceiptHandle }) => remove(store.find(QueueUrl), ReceiptHandle),
    },
    DeleteMessageBatch: {
      actions: ["sqs:DeleteMessage"],
      resources,
      run: ({ QueueUrl, Entries }) => {
        const queue = store.find(QueueUrl);
        return runBatch(Entries, BATCH_ERRORS, (entry) => remove(queue, entry.ReceiptHandle));
      },
    },
    ChangeMessageVisibility: {
      resources,
      run: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) =>
        changeVisibility(store.find(QueueUrl), ReceiptHandle, VisibilityTimeout),
    },
    ChangeMessageVisibilityBatch: {
      actions: ["sqs:ChangeMessageVisibility"],
      resources,
      run: ({ QueueUrl, Entries }) => {
        const queue = store.find(QueueUrl);
        return runBatch(Entries, BATCH_ERRORS, ({ ReceiptHandle, VisibilityTimeout }) =>
          changeVisibility(queue, ReceiptHandle, VisibilityTimeout),
        );
      },
    },
  } satisfies Operations<"sqs">;
}
