import { tagsFrom } from "../../shared/tags";
import { limitExceeded } from "../errors";
import { type Make, onStream } from "../operation";

const TAG_LIMIT = 50;

export const TagDeliveryStream: Make<"TagDeliveryStream"> = (store) => ({
  resources: onStream(store),
  run: ({ DeliveryStreamName = "", Tags = [] }) => {
    const { name, tags } = store.stream(DeliveryStreamName);
    const all = { ...tags, ...tagsFrom(Tags) };
    if (Object.keys(all).length > TAG_LIMIT)
      throw limitExceeded(`A delivery stream cannot have more than ${TAG_LIMIT} tags.`);
    store.streams.update(name, (stream) => {
      stream.tags = all;
    });
    return {};
  },
});

export const UntagDeliveryStream: Make<"UntagDeliveryStream"> = (store) => ({
  resources: onStream(store),
  run: ({ DeliveryStreamName = "", TagKeys = [] }) => {
    const { name } = store.stream(DeliveryStreamName);
    store.streams.update(name, (stream) => {
      stream.tags = Object.fromEntries(Object.entries(stream.tags).filter(([key]) => !TagKeys.includes(key)));
    });
    return {};
  },
});

export const ListTagsForDeliveryStream: Make<"ListTagsForDeliveryStream"> = (store) => ({
  resources: onStream(store),
  run: ({ DeliveryStreamName = "", ExclusiveStartTagKey = "", Limit = TAG_LIMIT }) => {
    const { tags } = store.stream(DeliveryStreamName);
    const after = Object.keys(tags)
      .sort()
      .filter((key) => key > ExclusiveStartTagKey);
    return {
      Tags: after.slice(0, Limit).map((Key) => ({ Key, Value: tags[Key] ?? "" })),
      HasMoreTags: after.length > Limit,
    };
  },
});
