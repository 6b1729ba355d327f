import { ofQueue, type Sqs, type SqsOperation } from "../operation";
import type { Queue } from "../store";
import { batch } from "./batch";

function remove(queue: Queue, receipt: string | undefined): object {
  const message = queue.data.byReceipt(receipt);
  if (message) queue.data.remove([message.id]);
  return {};
}

export const deleteMessage = (sqs: Sqs): SqsOperation<"DeleteMessage"> => ({
  resources: ofQueue(sqs),
  run: (input) => remove(sqs.store.find(input.QueueUrl), input.ReceiptHandle),
});

export const deleteMessageBatch = (sqs: Sqs): SqsOperation<"DeleteMessageBatch"> => ({
  actions: ["sqs:DeleteMessage"],
  resources: ofQueue(sqs),
  run: (input) => {
    const queue = sqs.store.find(input.QueueUrl);
    return batch(input.Entries, (entry) => remove(queue, entry.ReceiptHandle));
  },
});
