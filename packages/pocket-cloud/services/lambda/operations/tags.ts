import { randomUUID } from "node:crypto";
import type { Lambda, Make } from "../operation";
import { checkTagCount, type FunctionRecord, invalid, notFound } from "../store";

const onResource = (input: { Resource?: string | undefined }) => [input.Resource ?? ""];

/** What errors call the resources (recorded by LocalStack's test_tag_exceptions). */
const KINDS: Readonly<Record<string, string>> = {
  function: "Function",
  "event-source-mapping": "Event source mapping",
  "capacity-provider": "Capacity provider",
  "code-signing-config": "Code signing configuration",
  layer: "Layer",
};

/** The tags of a function or event source mapping, and a function that stores them. */
function tagged(lambda: Lambda, arn: string): { tags: Record<string, string>; save: () => void } {
  const [, , , , , kind = "", id = "", qualifier] = arn.split(":");
  const { functions, mappings } = lambda.store;
  const record = kind === "event-source-mapping" ? mappings.get(id) : functions.get(id);
  if (kind === "function" && qualifier !== undefined)
    throw invalid("Tags on function aliases and versions are not supported. Please specify a function ARN.");
  if (!record) throw notFound(`${KINDS[kind] ?? "Resource"} not found: ${arn}`);
  return {
    tags: record.tags,
    save: () => {
      if ("statements" in record) {
        retagged(record);
        functions.set(id, record);
      } else mappings.set(id, record);
    },
  };
}

/** Tags give $LATEST a new revision (recorded by LocalStack's test_tag_lifecycle), and are no reason for another version. */
function retagged({ configuration, versions }: FunctionRecord): void {
  const before = configuration.RevisionId;
  configuration.RevisionId = randomUUID();
  const last = versions.at(-1);
  if (last && last.MasterArn === before) last.MasterArn = configuration.RevisionId;
}

export const TagResource: Make<"TagResource"> = (lambda) => ({
  resources: onResource,
  run: (input) => {
    const { tags, save } = tagged(lambda, input.Resource ?? "");
    if (Object.keys(input.Tags ?? {}).length === 0)
      throw invalid("An error occurred and the request cannot be processed.");
    checkTagCount({ ...tags, ...input.Tags });
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
