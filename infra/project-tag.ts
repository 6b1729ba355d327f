import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The stack files have this tag `project`, also in a project that `pulumi new` made of them under another name. */
const TEMPLATE = "pricelake";

/**
 * Gives each resource of a project of another name the tag `project` with that name. A resource's tag takes precedence over
 * the default tag of the same key. A value that was changed in the stack file stays, and the project pricelake has the
 * provider's default tags alone: tags of their own would update all of its resources.
 */
export function tagWithProject(): void {
  const project = pulumi.getProject();
  if (project === TEMPLATE || aws.config.defaultTags?.tags?.project !== TEMPLATE) return;
  pulumi.runtime.registerStackTransformation(({ props, opts }) => {
    // An output of the resource types that take the provider's default tags.
    if (!("tagsAll" in props)) return undefined;
    const tags = pulumi.output(props.tags).apply((own) => ({ project, ...own }));
    return { props: { ...props, tags }, opts };
  });
}
