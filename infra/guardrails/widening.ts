import { type DocumentStatement, statementsOf } from "./documents";
import type { Declared } from "./policy";

/** A permission that was not there before. */
export interface Widening {
  readonly urn: string;
  readonly name: string;
  readonly sid: string;
  readonly allows: string;
}

/** Where policy documents stand. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/role:Role": "assumeRolePolicy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
  "aws:kms/key:Key": "policy",
};

/** Every (who, may do what, on what) of `after` that `before` did not allow, and every refusal that is gone. */
export function widenings(before: readonly Declared[], after: readonly Declared[]): readonly Widening[] {
  const old = new Map(before.map((resource) => [resource.urn, resource]));
  return after.flatMap((resource) => {
    const key = DOCUMENTS[resource.type];
    if (key === undefined) return [];
    const was = statementsOf(old.get(resource.urn)?.props[key]);
    const now = statementsOf(resource.props[key]);
    const found = [
      ...now.filter(({ effect }) => effect === "Allow").flatMap((statement) => newIn(statement, was)),
      ...was.filter((statement) => statement.effect === "Deny" && !includes(now, statement)).map(goneDenial),
    ];
    return found.map(({ sid, allows }) => ({ urn: resource.urn, name: resource.name, sid, allows }));
  });
}

const goneDenial = ({ sid, actions }: DocumentStatement) => ({
  sid,
  allows: `no longer denies ${actions.join(", ")}`,
});

const includes = (all: readonly DocumentStatement[], one: DocumentStatement): boolean =>
  all.some((other) => JSON.stringify({ ...other, sid: "" }) === JSON.stringify({ ...one, sid: "" }));

function newIn(statement: DocumentStatement, was: readonly DocumentStatement[]) {
  const { sid, actions, condition } = statement;
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
  old.actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
  (resource === "" || old.resources.some((pattern) => matches(pattern, resource))) &&
  (principal === "" || old.principals.some((pattern) => pattern === "*" || pattern === principal)) &&
  (old.condition === undefined || JSON.stringify(old.condition) === JSON.stringify(condition));

/** IAM's wildcards: * is any text, ? any character. */
const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(text);
