import { invalidInput } from "../errors";
import type { Make } from "../operation";

const onArn = { resources: (input: { ResourceArn?: string | undefined }) => [input.ResourceArn ?? "*"] };

export const TagResource: Make<"TagResource"> = (store) => ({
  ...onArn,
  run: ({ ResourceArn = "", TagsToAdd = {} }) => {
    const tags = { ...store.tags.get(ResourceArn), ...TagsToAdd };
    if (Object.keys(tags).length > 50) throw invalidInput("A resource can have at most 50 tags");
    store.tags.set(ResourceArn, tags);
    return {};
  },
});

export const UntagResource: Make<"UntagResource"> = (store) => ({
  ...onArn,
  run: ({ ResourceArn = "", TagsToRemove = [] }) => {
    store.tags.update(ResourceArn, (tags) => {
      for (const key of TagsToRemove) delete tags[key];
    });
    return {};
  },
});

export const GetTags: Make<"GetTags"> = (store) => ({
  ...onArn,
  run: ({ ResourceArn = "" }) => ({ Tags: { ...store.tags.get(ResourceArn) } }),
});
