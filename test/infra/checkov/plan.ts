import type { Preview } from "../../../packages/pulumi-local";

type Resource = Preview["resources"][number];
type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** Types without checks, of which there are hundreds. */
const LEFT_OUT =
  /^aws:(?:glue\/catalogTable|athena\/(?:namedQuery|preparedStatement)|cloudwatch\/dashboard):/;

/** Arguments that Pulumi names in the plural, and whose blocks Terraform names in the singular. */
const SINGULAR: Readonly<Record<string, string>> = {
  attributes: "attribute",
  cors_rules: "cors_rule",
  cost_filters: "cost_filter",
  global_secondary_indexes: "global_secondary_index",
  metric_queries: "metric_query",
  notifications: "notification",
  origins: "origin",
  rules: "rule",
  s3_targets: "s3_target",
  transitions: "transition",
};

/** Arguments whose value is a map. Other objects are blocks, which Terraform has as lists of one. */
const MAPS: ReadonlySet<string> = new Set(["tags", "tags_all", "variables", "parameters", "dimensions"]);

/** The resources of a preview as the JSON of a Terraform plan, which checkov reads. */
export function terraformPlan({ resources }: Preview): string {
  const checked = resources.filter(
    ({ type, custom }) => custom && /^aws:/.test(type) && !LEFT_OUT.test(type),
  );
  const owners = new Map<string, string>();
  // What configures a bucket has the bucket's id too, and comes later.
  for (const resource of checked)
    for (const text of [resource.id, resource.outputs?.arn, resource.outputs?.bucket])
      if (typeof text === "string" && text.length > 3 && !owners.has(text))
        owners.set(text, addressOf(resource));
  const planned = checked.map((resource) => ({
    address: addressOf(resource),
    mode: "managed",
    type: typeOf(resource),
    name: nameOf(resource),
    values: blockOf(resource.inputs as { readonly [key: string]: Json }),
  }));
  const configured = checked.map((resource) => ({
    address: addressOf(resource),
    mode: "managed",
    type: typeOf(resource),
    name: nameOf(resource),
    expressions: referencesOf(resource, owners),
  }));
  const changes = planned.map(({ values, ...each }) => ({
    ...each,
    change: { actions: ["create"], before: null, after: values },
  }));
  return JSON.stringify(
    {
      format_version: "1.2",
      terraform_version: "1.9.0",
      planned_values: { root_module: { resources: planned } },
      resource_changes: changes,
      configuration: { root_module: { resources: configured } },
    },
    null,
    1,
  );
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** "aws:s3/bucketPolicy:BucketPolicy" is aws_s3_bucket_policy. */
function typeOf({ type }: Resource): string {
  const [, module = "", name = ""] = /^aws:(\w+)\/(\w+):/.exec(type) ?? [];
  return `aws_${module}_${snake(name)}`;
}

const nameOf = ({ name }: Resource): string => name.replace(/[^\w-]/g, "_");
export const addressOf = (resource: Resource): string => `${typeOf(resource)}.${nameOf(resource)}`;

function blockOf(inputs: { readonly [key: string]: Json }): { readonly [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(inputs).map(([key, value]) => {
      const name = SINGULAR[snake(key)] ?? snake(key);
      if (typeof value !== "object" || value === null || MAPS.has(name)) return [name, value];
      const items = (Array.isArray(value) ? value : [value]) as readonly Json[];
      return [name, items.map((item) => (isBlock(item) ? blockOf(item) : item))];
    }),
  );
}

const isBlock = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The resources that each argument names by id, ARN or bucket name, as a plan has them. */
function referencesOf(resource: Resource, owners: ReadonlyMap<string, string>) {
  const own = addressOf(resource);
  const named = (value: Json): string[] => {
    if (typeof value === "string") return [owners.get(value) ?? own].filter((address) => address !== own);
    if (typeof value !== "object" || value === null) return [];
    return Object.values(value).flatMap(named);
  };
  const found = Object.entries(resource.inputs as { readonly [key: string]: Json }).map(([key, value]) => {
    const references = [...new Set(named(value))].flatMap((address) => [`${address}.id`, address]);
    return [SINGULAR[snake(key)] ?? snake(key), references.length > 0 ? { references } : {}] as const;
  });
  return Object.fromEntries(found);
}
