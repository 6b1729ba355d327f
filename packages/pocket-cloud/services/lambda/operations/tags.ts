import type { Lambda, LambdaOperation } from "../operation";
import { notFound } from "../store";

const ofResource = (input: { Resource?: string | undefined }) => [input.Resource ?? ""];

/** A function's or an event source mapping's tags, with the way to keep them. */
function tagged(lambda: Lambda, arn: string): { tags: Record<string, string>; save: () => void } {
  const [, , , , , kind, id = ""] = arn.split(":");
  const { functions, mappings } = lambda.store;
  const record = kind === "event-source-mapping" ? mappings.get(id) : functions.get(id);
  if (!record) throw notFound(`The resource you requested does not exist: ${arn}`);
  return {
    tags: record.tags,
    save: () => {
      if ("statements" in record) functions.set(id, record);
      else mappings.set(id, record);
    },
  };
}

export const tagResource = (lambda: Lambda): LambdaOperation<"TagResource"> => ({
  resources: ofResource,
  run: (input) => {
    const { tags, save } = tagged(lambda, input.Resource ?? "");
    Object.assign(tags, input.Tags);
    save();
    return {};
  },
});

export const untagResource = (lambda: Lambda): LambdaOperation<"UntagResource"> => ({
  resources: ofResource,
  run: (input) => {
    const { tags, save } = tagged(lambda, input.Resource ?? "");
    for (const key of input.TagKeys ?? []) delete tags[key];
    save();
    return {};
  },
});

export const listTags = (lambda: Lambda): LambdaOperation<"ListTags"> => ({
  resources: ofResource,
  run: (input) => ({ Tags: tagged(lambda, input.Resource ?? "").tags }),
});
