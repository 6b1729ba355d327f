import { type DocumentStatement, statementsOf } from "./documents";
import type { Declared } from "./policy";

/** A permission that the stack did not have before. */
export interface Widening {
  readonly urn: string;
  readonly name: string;
  readonly sid: string;
  readonly allows: string;
}

const document =
  (key: string) =>
  (props: Declared["props"]): readonly DocumentStatement[] =>
    statementsOf(props[key]);

/** The statements of resources that grant permissions, by type. */
const permits: Readonly<Record<string, (props: Declared["props"]) => readonly DocumentStatement[]>> = {
  "aws:iam/rolePolicy:RolePolicy": document("policy"),
  "aws:iam/policy:Policy": document("policy"),
  "aws:iam/role:Role": document("assumeRolePolicy"),
  "aws:s3/bucketPolicy:BucketPolicy": document("policy"),
  "aws:sns/topicPolicy:TopicPolicy": document("policy"),
  "aws:sqs/queuePolicy:QueuePolicy": document("policy"),
  "aws:kms/key:Key": document("policy"),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ({ role, policyArn }) =>
    statementsOf({
      Statement: { Sid: "attachment", Effect: "Allow", Action: `all of ${policyArn}`, Resource: role },
    }),
  "aws:lambda/permission:Permission": ({ function: name, action, principal, sourceArn, sourceAccount }) =>
    statementsOf({
      Statement: {
        Sid: "permission",
        Effect: "Allow",
        Action: action,
        Resource: name,
        Principal: principal,
        ...((sourceArn ?? sourceAccount) !== undefined && { Condition: { sourceArn, sourceAccount } }),
      },
    }),
};

const statementsIn = (resource: Declared | undefined): readonly DocumentStatement[] =>
  (resource && permits[resource.type]?.(resource.props)) ?? [];

/** Permissions of `after` that `before` did not allow, and denials that `after` no longer has. */
export function widenings(before: readonly Declared[], after: readonly Declared[]): readonly Widening[] {
  const old = new Map(before.map((resource) => [resource.urn, resource]));
  const now = new Set(after.map(({ urn }) => urn));
  const kept = after.flatMap((resource) => widened(resource, statementsIn(old.get(resource.urn)), resource));
  const removed = before
    .filter(({ urn, props }) => !now.has(urn) && after.some((other) => isBucketOf(other, props)))
    .flatMap((resource) => widened(resource, statementsIn(resource), undefined));
  return [...kept, ...removed];
}

/** Whether the bucket of a deleted policy stays. */
const isBucketOf = ({ type, props }: Declared, { bucket }: Declared["props"]): boolean =>
  type === "aws:s3/bucket:Bucket" && bucket !== undefined && props.bucket === bucket;

function widened({ urn, name }: Declared, was: readonly DocumentStatement[], becomes: Declared | undefined) {
  const now = statementsIn(becomes);
  const found = [
    ...now.filter(({ effect }) => effect === "Allow").flatMap((statement) => newIn(statement, was)),
    ...was.filter((statement) => statement.effect === "Deny" && !includes(now, statement)).map(lostDenial),
  ];
  return found.map(({ sid, allows }) => ({ urn, name, sid, allows }));
}

const lostDenial = ({ sid, actions }: DocumentStatement) => ({
  sid,
  allows: `no longer denies ${actions.join(", ")}`,
});

const includes = (all: readonly DocumentStatement[], one: DocumentStatement): boolean =>
  all.some((other) => JSON.stringify({ ...other, sid: "" }) === JSON.stringify({ ...one, sid: "" }));

function newIn(statement: DocumentStatement, was: readonly DocumentStatement[]) {
  const { sid, actions, condition } = statement;
  if (statement.excluding)
    return includes(was, statement) ? [] : [{ sid, allows: "everything except what it names" }];
  const resources = statement.resources.length > 0 ? statement.resources : [""];
  const principals = statement.principals.length > 0 ? statement.principals : [""];
  const limited = condition === undefined ? "" : " under a condition";
  return actions.flatMap((action) =>
    resources.flatMap((resource) =>
      principals
        .filter((principal) => !was.some((old) => covers(old, { action, resource, principal, condition })))
        .map((principal) => ({
          sid,
          allows: `${principal === "" ? "" : `${principal} `}${action}${resource === "" ? "" : ` on ${resource}`}${limited}`,
        })),
    ),
  );
}

interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  readonly condition: unknown;
}

const covers = (old: DocumentStatement, { action, resource, principal, condition }: Permission): boolean =>
  old.effect === "Allow" &&
  !old.excluding &&
  old.actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
  (resource === "" || old.resources.some((pattern) => matches(pattern, resource))) &&
  (principal === "" || old.principals.some((pattern) => pattern === "*" || pattern === principal)) &&
  (old.condition === undefined || JSON.stringify(old.condition) === JSON.stringify(condition));

/** IAM's wildcards: * matches any text, ? any character. */
const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(text);
