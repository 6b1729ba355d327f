import { AwsError, unsupported } from "../../errors";
import type { Operations, ServiceFactory } from "../../service";
import { tagOperations } from "../shared/tags";
import { putParameter } from "./operations/put-parameter";
import { readOperations } from "./operations/read-parameters";
import { ParameterStore, parseReference } from "./store";

export const ssm: ServiceFactory<"ssm"> = (cloud) => {
  const store = new ParameterStore(cloud);
  return {
    name: "ssm",
    operations: {
      PutParameter: putParameter(store),
      ...readOperations(store),
      ...deleteOperations(store),
      ...parameterTags(store),
    },
  };
};

const deleteOperations = (store: ParameterStore) =>
  ({
    DeleteParameter: {
      resources: store.arnsOf,
      run: ({ Name }) => {
        const { name } = parseReference(Name);
        store.find(name);
        store.parameters.delete(name);
        return {};
      },
    },
    DeleteParameters: {
      resources: ({ Names = [] }) => Names.map((name) => store.arn(name)),
      run: ({ Names = [] }) => {
        const DeletedParameters = Names.filter((name) => store.parameters.delete(name));
        return {
          DeletedParameters,
          InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)),
        };
      },
    },
  }) satisfies Operations<"ssm">;

interface TaggedResource {
  readonly ResourceType?: string | undefined;
  readonly ResourceId?: string | undefined;
}

function parameterTags(store: ParameterStore) {
  const { tag, untag, list } = tagOperations({
    resources: ({ ResourceId = "" }: TaggedResource) => [store.arn(ResourceId)],
    find: ({ ResourceType, ResourceId = "" }) => {
      if (ResourceType !== "Parameter") throw unsupported(`tags of ${ResourceType}`);
      const record = store.parameters.get(ResourceId);
      if (!record) throw new AwsError("InvalidResourceId", "");
      return record;
    },
    save: (record) => store.parameters.set(record.name, record),
  });
  return {
    AddTagsToResource: tag,
    RemoveTagsFromResource: untag,
    ListTagsForResource: { ...list, run: (input) => ({ TagList: list.run(input).Tags }) },
  } satisfies Operations<"ssm">;
}
