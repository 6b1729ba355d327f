import { invalidArgument } from "../errors";
import { nameOf } from "../model";
import { type Make, onResource, onStream, pageOf } from "../operation";
import type { KinesisStore } from "../store";

const TAG_LIMIT = 50;

const sorted = (tags: Record<string, string>) =>
  Object.keys(tags)
    .sort()
    .map((Key) => ({ Key, Value: tags[Key] ?? "" }));

/** The message is that of kinesalite, which was compared with AWS; it lists %, which AWS refuses. Tags have colons (aws:). */
const TAG_TEXT = /^[\p{L}\p{N}\p{Zs}_.:/=+\-@]*$/u;

function merged(existing: Record<string, string>, added: Record<string, string>): Record<string, string> {
  if (
    !Object.entries(added)
      .flat()
      .every((text) => TAG_TEXT.test(text))
  )
    throw invalidArgument(
      "Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.",
    );
  const tags = { ...existing, ...added };
  if (Object.keys(tags).length > TAG_LIMIT)
    throw invalidArgument(
      `Failed to add tags to the resource: a given resource cannot have more than ${TAG_LIMIT} tags associated with it.`,
    );
  return tags;
}

const without = (tags: Record<string, string>, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

export const AddTagsToStream: Make<"AddTagsToStream"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    return store.change(stream, { tags: merged(stream.tags, input.Tags ?? {}) });
  },
});

export const RemoveTagsFromStream: Make<"RemoveTagsFromStream"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    return store.change(stream, { tags: without(stream.tags, input.TagKeys ?? []) });
  },
});

export const ListTagsForStream: Make<"ListTagsForStream"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const after = input.ExclusiveStartTagKey ?? "";
    const { items, more } = pageOf(
      sorted(store.named(input).tags).filter(({ Key }) => Key > after),
      input.Limit ?? TAG_LIMIT,
    );
    return { Tags: items, HasMoreTags: more };
  },
});

/** The tags of the stream or consumer with an ARN, and a function that replaces them. */
function tagged(store: KinesisStore, arn: string) {
  const consumerAt = arn.indexOf("/consumer/");
  const stream = store.stream(nameOf({ StreamARN: consumerAt < 0 ? arn : arn.slice(0, consumerAt) }));
  const consumer = consumerAt < 0 ? undefined : store.consumer(arn).consumer;
  const replace = (tags: Record<string, string>) =>
    store.change(
      stream,
      consumer
        ? { consumers: stream.consumers.map((other) => (other === consumer ? { ...other, tags } : other)) }
        : { tags },
    );
  return { tags: (consumer ?? stream).tags, replace };
}

export const TagResource: Make<"TagResource"> = (store) => ({
  resources: onResource,
  run: ({ ResourceARN = "", Tags = {} }) => {
    const { tags, replace } = tagged(store, ResourceARN);
    return replace(merged(tags, Tags));
  },
});

export const UntagResource: Make<"UntagResource"> = (store) => ({
  resources: onResource,
  run: ({ ResourceARN = "", TagKeys = [] }) => {
    const { tags, replace } = tagged(store, ResourceARN);
    return replace(without(tags, TagKeys));
  },
});

export const ListTagsForResource: Make<"ListTagsForResource"> = (store) => ({
  resources: onResource,
  run: ({ ResourceARN = "" }) => ({ Tags: sorted(tagged(store, ResourceARN).tags) }),
});
