import type { ServiceFactory } from "../../service";
import { Deliverer } from "./deliverer";
import { publishOperations } from "./operations/publish";
import { subscriptionOperations } from "./operations/subscriptions";
import { topicOperations } from "./operations/topics";
import { TopicStore } from "./store";

export const sns: ServiceFactory<"sns"> = (cloud) => {
  const store = new TopicStore(cloud);
  const deliverer = new Deliverer(store);
  return {
    name: "sns",
    operations: {
      ...topicOperations(store),
      ...subscriptionOperations(store),
      ...publishOperations(deliverer),
    },
    policyOf: (arn) => store.policyOf(arn),
    start: async () => deliverer.start(),
  };
};
