import type { ServiceFactory } from "../../service";
import type { Sqs } from "./operation";
import * as visibility from "./operations/change-message-visibility";
import * as deletion from "./operations/delete-message";
import * as queues from "./operations/queues";
import { receiveMessage } from "./operations/receive-message";
import * as sending from "./operations/send-message";
import { QueueStore } from "./store";

export const sqs: ServiceFactory<"sqs"> = (cloud) => {
  const store = new QueueStore(cloud);
  const waiting = new Map<string, Set<() => void>>();
  const unsubscribe = cloud.bus.on("sqs:message", ({ queueArn }) => {
    for (const wake of waiting.get(queueArn.split(":")[5] ?? "") ?? []) wake();
  });
  const arrival = (name: string, millis: number) =>
    new Promise<void>((resolve) => {
      const wakers = waiting.get(name) ?? new Set();
      waiting.set(name, wakers);
      const wake = () => {
        clearTimeout(timer);
        wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, millis);
      wakers.add(wake);
    });
  const room: Sqs = { cloud, store, arrival };
  return {
    name: "sqs",
    operations: {
      ChangeMessageVisibility: visibility.changeMessageVisibility(room),
      ChangeMessageVisibilityBatch: visibility.changeMessageVisibilityBatch(room),
      CreateQueue: queues.createQueue(room),
      DeleteMessage: deletion.deleteMessage(room),
      DeleteMessageBatch: deletion.deleteMessageBatch(room),
      DeleteQueue: queues.deleteQueue(room),
      GetQueueAttributes: queues.getQueueAttributes(room),
      GetQueueUrl: queues.getQueueUrl(room),
      ListDeadLetterSourceQueues: queues.listDeadLetterSourceQueues(room),
      ListQueues: queues.listQueues(room),
      ListQueueTags: queues.listQueueTags(room),
      PurgeQueue: queues.purgeQueue(room),
      ReceiveMessage: receiveMessage(room),
      SendMessage: sending.sendMessage(room),
      SendMessageBatch: sending.sendMessageBatch(room),
      SetQueueAttributes: queues.setQueueAttributes(room),
      StartMessageMoveTask: queues.startMessageMoveTask(room),
      TagQueue: queues.tagQueue(room),
      UntagQueue: queues.untagQueue(room),
    },
    policyOf: (arn) => store.byArn(arn)?.record.attributes.Policy,
    stop: async () => {
      unsubscribe();
      for (const wakers of waiting.values()) for (const wake of [...wakers]) wake();
      store.close();
    },
  };
};
