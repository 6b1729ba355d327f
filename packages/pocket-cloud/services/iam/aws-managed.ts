import { awsManagedPolicies, type Grant } from "./aws-managed-policies";
import type { ManagedPolicy } from "./store";

const ARN = /^arn:aws:iam::aws:policy(?<path>\/(?:.+\/)?)(?<name>[^/]+)$/;

const statement = ({ actions, resources, condition }: Grant) => ({
  Effect: "Allow",
  Action: actions.split("; ").flatMap((part) => {
    const [service = "", names] = part.split(": ");
    return names === undefined ? [service] : names.split(" ").map((name) => `${service}:${name}`);
  }),
  Resource: resources ?? ["*"],
  ...(condition && { Condition: condition }),
});

const made = new Map<string, ManagedPolicy>();

/** An AWS managed policy, by its ARN. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const known = made.get(arn);
  if (known) return known;
  const { path = "/", name = "" } = ARN.exec(arn)?.groups ?? {};
  const found = Object.hasOwn(awsManagedPolicies, name) ? awsManagedPolicies[name] : undefined;
  if (!found || path !== (found.path ?? "/")) return undefined;
  const { version, date, grants } = found;
  const created = new Date(`${date}T00:00:00Z`);
  const document = JSON.stringify({ Version: "2012-10-17", Statement: grants.map(statement) });
  const policy: ManagedPolicy = {
    name,
    path,
    arn,
    id: `ANPA${name
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, "")
      .slice(0, 17)}`,
    created,
    updated: created,
    tags: {},
    versions: [{ id: version, document, created, isDefault: true }],
    nextVersion: Number(version.slice(1)) + 1,
  };
  made.set(arn, policy);
  return policy;
}

/** All of them, for ListPolicies. */
export const listAwsManagedPolicies = (): ManagedPolicy[] =>
  Object.entries(awsManagedPolicies).flatMap(
    ([name, { path = "/" }]) => awsManagedPolicy(`arn:aws:iam::aws:policy${path}${name}`) ?? [],
  );
