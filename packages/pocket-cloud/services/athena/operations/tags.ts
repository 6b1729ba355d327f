import { notFound } from "../errors";
import type { Make } from "../operation";
import type { WorkGroupRecord } from "../records";
import type { AthenaStore } from "../store";

const onArn = {
  resources: (input: { readonly ResourceARN?: string | undefined }) => [input.ResourceARN ?? "*"],
};

function tagged(store: AthenaStore, arn: string | undefined): WorkGroupRecord & { readonly key: string } {
  const name = /:workgroup\/(.+)$/.exec(arn ?? "")?.[1] ?? "";
  const record = store.workGroups.get(name);
  if (!record) throw notFound(`Resource ${arn} was not found`, arn ?? "");
  return { ...record, key: name };
}

export const tagResource: Make<"TagResource"> = (store) => ({
  ...onArn,
  run: (input) => {
    const { key } = tagged(store, input.ResourceARN);
    store.workGroups.update(key, (record) => {
      for (const tag of input.Tags ?? []) record.tags[tag.Key ?? ""] = tag.Value ?? "";
    });
    return {};
  },
});

export const untagResource: Make<"UntagResource"> = (store) => ({
  ...onArn,
  run: (input) => {
    const { key } = tagged(store, input.ResourceARN);
    store.workGroups.update(key, (record) => {
      for (const name of input.TagKeys ?? []) delete record.tags[name];
    });
    return {};
  },
});

export const listTagsForResource: Make<"ListTagsForResource"> = (store) => ({
  ...onArn,
  run: (input) => ({
    Tags: Object.entries(tagged(store, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
});
