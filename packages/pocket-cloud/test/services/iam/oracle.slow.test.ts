import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { Account } from "../../../services/iam/account";
import { authorizer } from "../../../services/iam/authorize";

/**
 * Compares decisions with the simulator of @cloud-copilot/iam-simulate. Its license is not this project's, so it is no
 * dependency: IAM_SIMULATE names the folder of the installed package. `.ci/run` installs it.
 */
const { IAM_SIMULATE } = process.env;

interface Simulator {
  runSimulation(
    simulation: object,
    options: object,
  ): Promise<{ resultType: "error"; errors: unknown } | { resultType: "single"; overallResult: string }>;
}

const ACCOUNT = "123456789012";
const OTHER = "210987654321";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/session`;
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

const one = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const some = <T>(values: readonly T[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });

const ACTIONS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
const ACTION_PATTERNS = [
  ...ACTIONS,
  "*",
  "s3:*",
  "s3:Get*",
  "S3:getobject",
  "s3:?etObject",
  "sqs:*",
  "s3:GetObject?",
];
/** A policy variable. */
const variable = (name: string): string => `$\{${name}}`;

const RESOURCES = ["arn:aws:s3:::lake/csv/a.csv", "arn:aws:s3:::lake/raw/b", "arn:aws:s3:::lake/user/x"];
const RESOURCE_PATTERNS = [
  ...RESOURCES,
  "*",
  "arn:aws:s3:::*",
  "arn:aws:s3:::lake/*",
  "arn:aws:s3:::lake/csv/?.csv",
  "arn:aws:s3:::lake/*/b",
  "arn:*:s3:::lake/csv/*",
  "arn:aws:s3:::Lake/*",
  `arn:aws:s3:::lake/${variable("aws:PrincipalTag/team")}/b`,
  `arn:aws:s3:::lake/${variable("aws:PrincipalTag/none, 'raw'")}/b`,
  `arn:aws:s3:::lake/us${variable("*")}r/x`,
];
const PRINCIPALS = [
  "*",
  { AWS: "*" },
  { AWS: ACCOUNT },
  { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  { AWS: ROLE },
  { AWS: SESSION },
  { AWS: `arn:aws:iam::${ACCOUNT}:role/other` },
  { AWS: [OTHER, ROLE] },
  { Service: "lambda.amazonaws.com" },
];

/** Condition keys with values of requests and of policies. A key is sometimes missing in the request. */
const KEYS: Readonly<
  Record<
    string,
    {
      readonly request: readonly (string | string[])[];
      readonly policy: readonly string[];
      readonly operators: readonly string[];
    }
  >
> = {
  "aws:Referer": {
    request: ["csv/", "raw/x", ""],
    policy: ["csv/", "csv/*", "*", "raw/?", "RAW/X", `${variable("aws:PrincipalTag/team")}/x`],
    operators: [
      "StringEquals",
      "StringNotEquals",
      "StringEqualsIgnoreCase",
      "StringNotEqualsIgnoreCase",
      "StringLike",
      "StringNotLike",
    ],
  },
  "aws:SourceArn": {
    request: ["arn:aws:sns:us-east-1:123456789012:topic", "arn:aws:s3:::lake"],
    policy: [
      "arn:aws:sns:us-east-1:123456789012:topic",
      "arn:aws:sns:*:*:*",
      "arn:aws:s3:::*",
      "arn:aws:*:*:*:topic",
    ],
    operators: ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
  },
  "aws:MultiFactorAuthAge": {
    request: ["10", "007", "2.5", "-1"],
    policy: ["10", "7", "3"],
    operators: [
      "NumericEquals",
      "NumericNotEquals",
      "NumericLessThan",
      "NumericLessThanEquals",
      "NumericGreaterThan",
      "NumericGreaterThanEquals",
    ],
  },
  "aws:CurrentTime": {
    request: [new Date(NOW).toISOString()],
    policy: ["2026-01-01T00:00:00Z", new Date(NOW).toISOString(), "2026-02-01T00:00:00Z"],
    operators: [
      "DateEquals",
      "DateNotEquals",
      "DateLessThan",
      "DateLessThanEquals",
      "DateGreaterThan",
      "DateGreaterThanEquals",
    ],
  },
  "aws:SecureTransport": { request: ["true", "false"], policy: ["true", "false"], operators: ["Bool"] },
  "aws:SourceIp": {
    request: ["10.1.2.3", "203.0.113.9"],
    policy: ["10.0.0.0/8", "203.0.113.9", "203.0.113.0/29"],
    operators: ["IpAddress", "NotIpAddress"],
  },
  "aws:TagKeys": {
    request: [["a"], ["a", "b"], ["a", "c"]],
    policy: ["a", "b", "?"],
    operators: [
      "ForAllValues:StringEquals",
      "ForAnyValue:StringEquals",
      "ForAllValues:StringNotEquals",
      "ForAnyValue:StringNotEquals",
      "ForAllValues:StringLike",
      "ForAnyValue:StringLike",
      "ForAllValues:StringNotLike",
    ],
  },
};

const keyNames = Object.keys(KEYS);

/** With ForAnyValue and a missing key, AWS documents both true for IfExists and false for ForAnyValue; the simulators differ. */
const withIfExists = (operator: string): string =>
  operator.startsWith("ForAnyValue:") ? operator : `${operator}IfExists`;

const condition = one(...keyNames).chain((key) =>
  fc
    .tuple(
      fc.oneof(
        { arbitrary: one(...(KEYS[key]?.operators ?? [])), weight: 6 },
        {
          arbitrary: one(...(KEYS[key]?.operators ?? [])).map(withIfExists),
          weight: 2,
        },
        { arbitrary: one("Null"), weight: 1 },
      ),
      some(KEYS[key]?.policy ?? []),
      one("true", "false"),
    )
    .map(([operator, values, flag]) => ({ [operator]: { [key]: operator === "Null" ? flag : values } })),
);

const member = (name: string, values: readonly string[]) =>
  fc.oneof(
    { arbitrary: some(values).map((value) => ({ [name]: value })), weight: 5 },
    { arbitrary: some(values).map((value) => ({ [`Not${name}`]: value })), weight: 1 },
  );

const statement = fc
  .tuple(
    fc.oneof({ arbitrary: one("Allow"), weight: 4 }, { arbitrary: one("Deny"), weight: 1 }),
    member("Action", ACTION_PATTERNS),
    member("Resource", RESOURCE_PATTERNS),
    fc.array(condition, { maxLength: 2 }),
  )
  .map(([Effect, action, resource, conditions]) => ({
    Effect,
    ...action,
    ...resource,
    ...(conditions.length > 0 && { Condition: Object.assign({}, ...conditions) as object }),
  }));

const policy = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement) => ({ Version: "2012-10-17", Statement }));

const resourcePolicy = fc
  .array(fc.tuple(statement, one(...PRINCIPALS)), { minLength: 1, maxLength: 3 })
  .map((statements) => ({
    Version: "2012-10-17",
    Statement: statements.map(([each, Principal]) => ({ ...each, Principal })),
  }));

const request = fc.record({
  action: one(...ACTIONS),
  resource: one(...RESOURCES),
  keys: fc
    .tuple(
      ...keyNames.map((key) => fc.option(one(...(KEYS[key]?.request ?? [])), { nil: undefined, freq: 4 })),
    )
    .map((values) =>
      Object.fromEntries(keyNames.flatMap((key, i) => (values[i] === undefined ? [] : [[key, values[i]]]))),
    ),
});

const example = fc.record({
  request,
  identity: fc.option(policy, { nil: undefined, freq: 6 }),
  resource: fc.option(resourcePolicy, { nil: undefined }),
  boundary: fc.option(policy, { nil: undefined, freq: 3 }),
});

type Example = typeof example extends fc.Arbitrary<infer T> ? T : never;

const TAG = { "aws:PrincipalTag/team": "raw" };

/** The embedded cloud's decision. */
function ours({ request: { action, resource: arn, keys }, identity, resource, boundary }: Example): boolean {
  const account = {
    store: {
      roles: new Map([
        [
          "reader",
          {
            inline: identity ? { p: JSON.stringify(identity) } : {},
            attached: [],
            ...(boundary && { boundary: "b" }),
          },
        ],
      ]),
    },
    policy: () => ({ versions: [{ isDefault: true, document: JSON.stringify(boundary) }] }),
    cloud: { clock: { now: () => NOW }, region: "us-east-1", accountId: ACCOUNT },
  } as unknown as Account;
  const caller = {
    accountId: ACCOUNT,
    arn: SESSION,
    userId: "AROA:session",
    role: { arn: ROLE, name: "reader", sessionName: "session" },
  };
  try {
    authorizer(account)(
      caller,
      action,
      [arn],
      { ...TAG, ...keys } as Record<string, string>,
      () => resource && JSON.stringify(resource),
    );
    return true;
  } catch {
    return false;
  }
}

async function theirs(simulator: Simulator, given: Example): Promise<boolean> {
  const { request: asked, identity, resource, boundary } = given;
  const result = await simulator.runSimulation(
    {
      request: {
        principal: SESSION,
        action: asked.action,
        resource: { resource: asked.resource, accountId: ACCOUNT },
        contextVariables: {
          "aws:PrincipalArn": ROLE,
          "aws:PrincipalAccount": ACCOUNT,
          "aws:CurrentTime": new Date(NOW).toISOString(),
          "aws:SecureTransport": "true",
          "aws:SourceIp": "127.0.0.1",
          ...TAG,
          ...asked.keys,
        },
      },
      identityPolicies: identity ? [{ name: "p", policy: identity }] : [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resource && { resourcePolicy: resource }),
      ...(boundary && { permissionBoundaryPolicies: [{ name: "b", policy: boundary }] }),
    },
    { simulationMode: "Strict" },
  );
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult === "Allowed";
}

describe("Decisions about requests", function () {
  this.timeout(300_000);

  it("are those of another simulator", async function () {
    if (!IAM_SIMULATE) return this.skip();
    const simulator = (await import(`${IAM_SIMULATE}/dist/esm/index.js`)) as Simulator;
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(example, async (given) => {
        const decision = ours(given);
        if (decision) allowed++;
        assert.equal(decision, await theirs(simulator, given));
      }),
      { numRuns: 5000 },
    );
    assert.ok(allowed > 500, `${allowed} of 5000 requests were allowed`);
  });
});
