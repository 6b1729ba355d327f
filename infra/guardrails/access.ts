import { type DocumentStatement, isOpen, statementsOf } from "./documents";
import { at, type Policy } from "./policy";

/** Actions that have no resources to name, or whose resource is their own. */
const ANY_RESOURCE: ReadonlyMap<string, string> = new Map([
  ["xray:PutTraceSegments", "X-Ray has no resources"],
  ["xray:PutTelemetryRecords", "X-Ray has no resources"],
]);

/** Services whose trust can be told to act for one account only; Lambda's cannot be confused. */
const CONFUSABLE = /^(scheduler|firehose|glue)\.amazonaws\.com$/;

const permissions = [
  ["iam-no-wildcards", "aws:iam/rolePolicy:RolePolicy"],
  ["iam-policy-no-wildcards", "aws:iam/policy:Policy"],
] as const;

const resourcePolicies = [
  ["sns", "aws:sns/topicPolicy:TopicPolicy"],
  ["sqs", "aws:sqs/queuePolicy:QueuePolicy"],
] as const;

export const accessPolicies: readonly Policy[] = [
  ...permissions.map(
    ([name, type]): Policy => ({
      name,
      description: "Permissions name their actions and resources",
      controls: "IAM.1, IAM.21, CKV_AWS_62, 63, 286–290, 355",
      type,
      violations: ({ props }) => statementsOf(props.policy).flatMap(tooWide),
    }),
  ),
  {
    name: "iam-no-managed-policies",
    description: "A role has its own permissions; AWS's managed policies are for everybody's needs",
    controls: "IAM.1, CKV_AWS_60–63",
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    violations: ({ props }) =>
      /^arn:[^:]*:iam::aws:/.test(String(props.policyArn)) ? [`it attaches ${props.policyArn}`] : [],
  },
  {
    name: "iam-separate-policies",
    description: "Permissions are resources of their own; inline and managed ones on the role go unseen",
    controls: "pulumi aws v7",
    type: "aws:iam/role:Role",
    violations: ({ props }) =>
      ["inlinePolicies", "managedPolicyArns"]
        .filter((key) => props[key] !== undefined)
        .map((key) => `it sets ${key}`),
  },
  {
    name: "iam-trust",
    description: "A role trusts one service, and a service that acts for many accounts only for this one",
    controls: "CKV_AWS_60, CKV_AWS_61, CKV_AWS_297",
    type: "aws:iam/role:Role",
    violations: ({ props }) =>
      statementsOf(props.assumeRolePolicy).flatMap(({ sid, principals, condition }) => [
        ...(principals.some((principal) => !principal.endsWith(".amazonaws.com"))
          ? [`${sid} trusts ${principals.join(", ")}`]
          : []),
        ...(principals.some((principal) => CONFUSABLE.test(principal)) &&
        at(condition, "StringEquals.aws:SourceAccount") === undefined
          ? [`${sid} trusts ${principals.join(", ")} without a condition on aws:SourceAccount`]
          : []),
      ]),
  },
  ...resourcePolicies.map(
    ([service, type]): Policy => ({
      name: `${service}-no-public-policy`,
      description: "Nobody outside is allowed anything",
      controls: "SNS.4, SQS.3, CKV_AWS_385, CKV_AWS_387",
      type,
      violations: ({ props }) =>
        statementsOf(props.policy)
          .filter(isOpen)
          .map(({ sid }) => `${sid} allows everybody`),
    }),
  ),
  {
    name: "lambda-permission-source",
    description: "A permission to invoke names whose events it is for",
    controls: "Lambda.1",
    type: "aws:lambda/permission:Permission",
    violations: ({ props }) =>
      ["sourceArn", "sourceAccount"]
        .filter((key) => props[key] === undefined)
        .map((key) => `${key} is not set`),
  },
  {
    name: "kms-policy",
    description: "A key serves this account's services only",
    controls: "CKV_AWS_33",
    type: "aws:kms/key:Key",
    violations: ({ props }) =>
      statementsOf(props.policy)
        .filter(isOpen)
        .map(({ sid }) => `${sid} allows everybody`),
  },
];

/** Everything of a service, whatever it is called. */
const WHOLE_SERVICE = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*+$/;

function tooWide({ sid, effect, actions, resources, excluding }: DocumentStatement): string[] {
  if (effect !== "Allow") return [];
  const bare = resources.some((resource) => resource === "*" || WHOLE_SERVICE.test(resource));
  return [
    ...(excluding ? [`${sid} allows all but what it names`] : []),
    ...actions.filter((action) => /[*?]/.test(action)).map((action) => `${sid} allows ${action}`),
    ...(bare && !actions.every((action) => ANY_RESOURCE.has(action))
      ? [`${sid} allows ${actions.join(", ")} on every resource`]
      : []),
  ];
}
