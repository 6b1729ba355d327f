import type { ServiceFactory } from "../../service";
import { Arrivals } from "./arrivals";
import { inFlightOperations } from "./operations/in-flight";
import { moveOperations } from "./operations/move";
import { queueOperations } from "./operations/queues";
import { receiveMessage } from "./operations/receive";
import { sendOperations } from "./operations/send";
import { QueueStore } from "./store";

export const sqs: ServiceFactory<"sqs"> = (cloud) => {
  const store = new QueueStore(cloud);
  const arrivals = new Arrivals(cloud.bus);
  return {
    name: "sqs",
    operations: {
      ...queueOperations(store),
      ...sendOperations(store),
      ReceiveMessage: receiveMessage(store, arrivals),
      ...inFlightOperations(store),
      ...moveOperations(store),
    },
    policyOf: (arn) => store.byArn(arn)?.record.attributes.Policy,
    stop: async () => {
      arrivals.stop();
      store.close();
    },
  };
};
