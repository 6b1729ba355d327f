import { AwsError, unsupported } from "../../../errors";
import type { SsmOperation } from "../operation";
import type { ParameterRecord, ParameterStore } from "../store";

function tagged(store: ParameterStore, type: string | undefined, id: string | undefined): ParameterRecord {
  if (type !== "Parameter") throw unsupported(`tags of ${type}`);
  const record = store.parameters.get(id ?? "");
  if (!record) throw new AwsError("InvalidResourceId", "");
  return record;
}

const ofResource = (store: ParameterStore) => (input: { ResourceId?: string | undefined }) => [
  store.arn(input.ResourceId ?? ""),
];

export const addTagsToResource = (store: ParameterStore): SsmOperation<"AddTagsToResource"> => ({
  resources: ofResource(store),
  run: (input) => {
    const record = tagged(store, input.ResourceType, input.ResourceId);
    for (const { Key = "", Value = "" } of input.Tags ?? []) record.tags[Key] = Value;
    store.parameters.set(record.name, record);
    return {};
  },
});

export const removeTagsFromResource = (store: ParameterStore): SsmOperation<"RemoveTagsFromResource"> => ({
  resources: ofResource(store),
  run: (input) => {
    const record = tagged(store, input.ResourceType, input.ResourceId);
    for (const key of input.TagKeys ?? []) delete record.tags[key];
    store.parameters.set(record.name, record);
    return {};
  },
});

export const listTagsForResource = (store: ParameterStore): SsmOperation<"ListTagsForResource"> => ({
  resources: ofResource(store),
  run: (input) => ({
    TagList: Object.entries(tagged(store, input.ResourceType, input.ResourceId).tags).map(([Key, Value]) => ({
      Key,
      Value,
    })),
  }),
});
