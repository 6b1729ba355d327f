import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { batch, inBounds, invalidParameter } from "../parameters";
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
    // The newest receipt handle of a standard queue hides a message again that has become visible (recorded by LocalStack's
    // test_change_message_visibility_after_visibility_timeout_expiration).
    if (message.visibleAt <= now && (queue.fifo || message.receipt !== receipt))
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
        return batch(Entries, (entry) => remove(queue, entry.ReceiptHandle));
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
        return batch(Entries, ({ ReceiptHandle, VisibilityTimeout }) =>
          changeVisibility(queue, ReceiptHandle, VisibilityTimeout),
        );
      },
    },
  } satisfies Operations<"sqs">;
}
