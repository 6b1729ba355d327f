import { type DocumentStatement, isOpen, statementsOf } from "./documents";
import { at, type Policy } from "./policy";

/** Actions without resource-level permissions, which need "Resource": "*". */
const ANY_RESOURCE: ReadonlySet<string> = new Set(["xray:PutTraceSegments", "xray:PutTelemetryRecords"]);

/** Services that act for many accounts (the confused deputy problem), and the key by which they name the account. */
const ACCOUNT_KEYS: Readonly<Record<string, string>> = {
  "scheduler.amazonaws.com": "aws:SourceAccount",
  "firehose.amazonaws.com": "sts:ExternalId",
  "glue.amazonaws.com": "aws:SourceAccount",
};

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
      description:
        "Permissions spell out their actions and resources (IAM.1, IAM.21, CKV_AWS_62, 63, 286–290, 355)",
      type,
      violations: ({ props }) => statementsOf(props.policy).flatMap(tooWide),
    }),
  ),
  {
    name: "iam-no-managed-policies",
    description: "Roles use no AWS managed policies, which allow more than needed (IAM.1, CKV_AWS_60–63)",
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    violations: ({ props }) =>
      /^arn:[^:]*:iam::aws:/.test(String(props.policyArn)) ? [`it attaches ${props.policyArn}`] : [],
  },
  {
    name: "iam-separate-policies",
    description: "Permissions are separate resources: pulumi does not detect changes of inline ones",
    type: "aws:iam/role:Role",
    violations: ({ props }) =>
      ["inlinePolicies", "managedPolicyArns"]
        .filter((key) => props[key] !== undefined)
        .map((key) => `it sets ${key}`),
  },
  {
    name: "iam-trust",
    description:
      "A role trusts AWS services only, and those that act for many accounts only for this account (CKV_AWS_60, 61, 297)",
    type: "aws:iam/role:Role",
    violations: ({ props }) =>
      statementsOf(props.assumeRolePolicy).flatMap(({ sid, principals, condition }) => [
        ...(principals.some((principal) => !principal.endsWith(".amazonaws.com"))
          ? [`${sid} trusts ${principals.join(", ")}`]
          : []),
        ...principals.flatMap((principal) => {
          const key = ACCOUNT_KEYS[principal];
          return key !== undefined && at(condition, `StringEquals.${key}`) === undefined
            ? [`${sid} trusts ${principal} without a condition on ${key}`]
            : [];
        }),
      ]),
  },
  ...resourcePolicies.map(
    ([service, type]): Policy => ({
      name: `${service}-no-public-policy`,
      description: "The policy allows nothing to everybody (SNS.4, SQS.3, CKV_AWS_385, CKV_AWS_387)",
      type,
      violations: ({ props }) =>
        statementsOf(props.policy)
          .filter(isOpen)
          .map(({ sid }) => `${sid} allows everybody`),
    }),
  ),
  {
    name: "lambda-permission-source",
    description: "A permission to invoke names its source (Lambda.1)",
    type: "aws:lambda/permission:Permission",
    violations: ({ props }) =>
      ["sourceArn", "sourceAccount"]
        .filter((key) => props[key] === undefined)
        .map((key) => `${key} is not set`),
  },
  {
    name: "kms-policy",
    description: "The key policy allows nothing to everybody (CKV_AWS_33)",
    type: "aws:kms/key:Key",
    violations: ({ props }) =>
      statementsOf(props.policy)
        .filter(isOpen)
        .map(({ sid }) => `${sid} allows everybody`),
  },
];

/** All resources of a service. */
const WHOLE_SERVICE = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*+$/;

function tooWide({ sid, effect, actions, resources, excluding }: DocumentStatement): string[] {
  if (effect !== "Allow") return [];
  const bare = resources.some((resource) => resource === "*" || WHOLE_SERVICE.test(resource));
  return [
    ...(excluding ? [`${sid} uses NotAction or NotResource`] : []),
    ...actions.filter((action) => /[*?]/.test(action)).map((action) => `${sid} allows ${action}`),
    ...(bare && !actions.every((action) => ANY_RESOURCE.has(action))
      ? [`${sid} allows ${actions.join(", ")} on every resource`]
      : []),
  ];
}
