import type { ServiceFactory } from "../../service";
import { Deliverer } from "./deliverer";
import { publish, publishBatch } from "./operations/publish";
import * as subscriptions from "./operations/subscriptions";
import * as topics from "./operations/topics";
import { TopicStore } from "./store";

export const sns: ServiceFactory<"sns"> = (cloud) => {
  const store = new TopicStore(cloud);
  const deliverer = new Deliverer(cloud, store);
  const room = { cloud, store, deliverer };
  return {
    name: "sns",
    operations: {
      CreateTopic: topics.createTopic(room),
      DeleteTopic: topics.deleteTopic(room),
      GetSubscriptionAttributes: subscriptions.getSubscriptionAttributes(room),
      GetTopicAttributes: topics.getTopicAttributes(room),
      ListSubscriptions: subscriptions.listSubscriptions(room),
      ListSubscriptionsByTopic: subscriptions.listSubscriptionsByTopic(room),
      ListTagsForResource: topics.listTagsForResource(room),
      ListTopics: topics.listTopics(room),
      Publish: publish(room),
      PublishBatch: publishBatch(room),
      SetSubscriptionAttributes: subscriptions.setSubscriptionAttributes(room),
      SetTopicAttributes: topics.setTopicAttributes(room),
      Subscribe: subscriptions.subscribe(room),
      TagResource: topics.tagResource(room),
      Unsubscribe: subscriptions.unsubscribe(room),
      UntagResource: topics.untagResource(room),
    },
    policyOf: (arn) => store.topics.get(arn)?.attributes.Policy,
    start: async () => deliverer.start(),
  };
};
