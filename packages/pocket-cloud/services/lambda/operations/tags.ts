import type { Lambda, Make } from "../operation";
import { notFound } from "../store";

const onResource = (input: { Resource?: string | undefined }) => [input.Resource ?? ""];

/** The tags of a function or event source mapping, and a function that stores them. */
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

export const TagResource: Make<"TagResource"> = (lambda) => ({
  resources: onResource,
  run: (input) => {
    const { tags, save } = tagged(lambda, input.Resource ?? "");
    Object.assign(tags, input.Tags);
    save();
    return {};
  },
});

export const UntagResource: Make<"UntagResource"> = (lambda) => ({
  resources: onResource,
  run: (input) => {
    const { tags, save } = tagged(lambda, input.Resource ?? "");
    for (const key of input.TagKeys ?? []) delete tags[key];
    save();
    return {};
  },
});

export const ListTags: Make<"ListTags"> = (lambda) => ({
  resources: onResource,
  run: (input) => ({ Tags: tagged(lambda, input.Resource ?? "").tags }),
});
