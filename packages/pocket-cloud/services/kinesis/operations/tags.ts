import { invalidArgument } from "../errors";
import { type Make, named, nameOf, onStream, page, streamRules } from "../operation";
import type { KinesisStore } from "../store";

const TAG_LIMIT = 50;

const sorted = (tags: Record<string, string>) =>
  Object.keys(tags)
    .sort()
    .map((Key) => ({ Key, Value: tags[Key] ?? "" }));

function merged(existing: Record<string, string>, added: Record<string, string>): Record<string, string> {
  const tags = { ...existing, ...added };
  if (Object.keys(tags).length > TAG_LIMIT)
    throw invalidArgument(
      `Failed to add tags to the resource: a given resource cannot have more than ${TAG_LIMIT} tags associated with it.`,
    );
  return tags;
}

const without = (tags: Record<string, string>, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

export const addTagsToStream: Make<"AddTagsToStream"> = (store) => ({
  rules: streamRules,
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const tags = merged(stream.tags, input.Tags ?? {});
    store.change(stream, (changing) => {
      changing.tags = tags;
    });
    return {};
  },
});

export const removeTagsFromStream: Make<"RemoveTagsFromStream"> = (store) => ({
  rules: { ...streamRules, TagKeys: { length: [1, TAG_LIMIT] } },
  resources: onStream(store),
  run: (input) => {
    store.change(named(store, input), (stream) => {
      stream.tags = without(stream.tags, input.TagKeys ?? []);
    });
    return {};
  },
});

export const listTagsForStream: Make<"ListTagsForStream"> = (store) => ({
  rules: { ...streamRules, Limit: { range: [1, TAG_LIMIT] }, ExclusiveStartTagKey: { length: [1, 128] } },
  resources: onStream(store),
  run: (input) => {
    const after = input.ExclusiveStartTagKey ?? "";
    const { items, more } = page(
      sorted(named(store, input).tags).filter(({ Key }) => Key > after),
      input.Limit ?? TAG_LIMIT,
    );
    return { Tags: items, HasMoreTags: more };
  },
});

/** The stream, or consumer, behind an ARN, with its tags. */
function tagged(store: KinesisStore, arn: string) {
  const consumerAt = arn.indexOf("/consumer/");
  const stream = store.stream(nameOf({ StreamARN: consumerAt < 0 ? arn : arn.slice(0, consumerAt) }));
  const consumer = consumerAt < 0 ? undefined : store.consumer(arn).consumer;
  const change = (to: Record<string, string>) => {
    store.change(stream, () => {
      (consumer ?? stream).tags = to;
    });
    return {};
  };
  return { tags: (consumer ?? stream).tags, change };
}

const onArn = ({ ResourceARN = "" }: { readonly ResourceARN?: string | undefined }): readonly string[] => [
  ResourceARN,
];

export const tagResource: Make<"TagResource"> = (store) => ({
  resources: onArn,
  run: ({ ResourceARN = "", Tags = {} }) => {
    const { tags, change } = tagged(store, ResourceARN);
    return change(merged(tags, Tags));
  },
});

export const untagResource: Make<"UntagResource"> = (store) => ({
  resources: onArn,
  run: ({ ResourceARN = "", TagKeys = [] }) => {
    const { tags, change } = tagged(store, ResourceARN);
    return change(without(tags, TagKeys));
  },
});

export const listTagsForResource: Make<"ListTagsForResource"> = (store) => ({
  resources: onArn,
  run: ({ ResourceARN = "" }) => ({ Tags: sorted(tagged(store, ResourceARN).tags) }),
});
