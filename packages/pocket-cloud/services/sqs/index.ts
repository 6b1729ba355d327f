import type { ServiceFactory } from "../../service";
import { Arrivals } from "./arrivals";
import { QueueMetrics } from "./metrics";
import { MoveTasks } from "./move-tasks";
import { inFlightOperations } from "./operations/in-flight";
import { moveOperations } from "./operations/move";
import { queueOperations } from "./operations/queues";
import { receiveMessage } from "./operations/receive";
import { sendOperations } from "./operations/send";
import { QueueStore } from "./store";

export const sqs: ServiceFactory<"sqs"> = (cloud) => {
  const store = new QueueStore(cloud);
  const arrivals = new Arrivals(cloud.bus);
  const metrics = new QueueMetrics(store);
  const moves = new MoveTasks(store, store.dir);
  const unsubscribe = cloud.bus.on("sqs:message", ({ queueArn }) =>
    metrics.touch(queueArn.split(":").at(-1) ?? ""),
  );
  const operations = {
    ...queueOperations(store),
    ...sendOperations(store),
    ReceiveMessage: receiveMessage(store, arrivals),
    ...inFlightOperations(store),
    ...moveOperations(store, moves),
  };
  return {
    name: "sqs",
    operations,
    observers: metrics.observers(operations),
    start: async () => {
      metrics.start();
      moves.start();
    },
    policyOf: (arn) => store.byArn(arn)?.record.attributes.Policy,
    stop: async () => {
      unsubscribe();
      arrivals.stop();
      store.close();
    },
  };
};
