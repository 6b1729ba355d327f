/** A call that IAM refused, as the console's server lists it. */
export interface DeniedCall {
  readonly time: string;
  readonly callerArn: string;
  readonly roleArn?: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly conditionKeys?: Readonly<Record<string, string | readonly string[]>>;
  readonly message: string;
}

/** Calls that lacked the same statement, as one. */
export interface Missing {
  readonly role: string;
  readonly action: string;
  readonly resources: readonly string[];
  readonly message: string;
  /** Of the last call. */
  readonly conditionKeys?: Readonly<Record<string, string | readonly string[]>>;
  readonly last: string;
  readonly count: number;
}

/** An object's ARN becomes that of all objects under its first folder: a statement for each key would help nobody. */
const general = (arn: string): string => arn.replace(/^(arn:aws:s3:::[^/]+\/)([^/]+\/)?.*$/, "$1$2*");

/** The statements that were missing. The calls are newest first. */
export function missingOf(calls: readonly DeniedCall[]): Missing[] {
  const found = new Map<string, Missing>();
  for (const { time, roleArn, callerArn, action, resources, conditionKeys, message } of calls) {
    const role = (roleArn ?? callerArn).split("/").at(-1) ?? "";
    const wide = [...new Set(resources.map(general))];
    const key = JSON.stringify([role, action, wide]);
    const known = found.get(key);
    if (known) found.set(key, { ...known, count: known.count + 1 });
    else
      found.set(key, {
        ...{ role, action, resources: wide, message, last: time, count: 1 },
        ...(conditionKeys && { conditionKeys }),
      });
  }
  return [...found.values()];
}

/** The statement that would allow the calls, for a policy. */
export const statementOf = ({ action, resources }: Missing): string =>
  JSON.stringify(
    { Effect: "Allow", Action: action, Resource: resources.length === 1 ? resources[0] : resources },
    null,
    2,
  );
