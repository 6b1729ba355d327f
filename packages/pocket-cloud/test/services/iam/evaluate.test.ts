import { strict as assert } from "node:assert";
import fc from "fast-check";
import { parsePolicy } from "../../../services/iam/policy/document";
import { type Decision, evaluate, type Request } from "../../../services/iam/policy/evaluate";
import { lowerCased, matches, matchesArn } from "../../../services/iam/policy/patterns";

const OBJECT = "arn:aws:s3:::lake/csv/crypto/a.csv";

interface Case {
  readonly statement: object | readonly object[];
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  readonly principal?: NonNullable<Request["principal"]>;
}

function decide({
  statement,
  action = "s3:GetObject",
  resource = OBJECT,
  context = {},
  principal,
}: Case): Decision {
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statement });
  const keys = Object.fromEntries(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  return evaluate(parsePolicy(text), {
    action,
    resource,
    context: () => keys,
    ...(principal && { principal }),
  });
}

const allow = (rest: object) => ({ Effect: "Allow", Action: "s3:GetObject", Resource: "*", ...rest });
const deny = (rest: object) => ({ Effect: "Deny", Action: "s3:*", Resource: "*", ...rest });

const expectations: readonly (Case & { readonly it: string; readonly is: Decision })[] = [
  { it: "allows what a statement lists", is: "allow", statement: allow({}) },
  { it: "denies by default", is: "implicit-deny", statement: allow({ Action: "s3:PutObject" }) },
  { it: "lets a deny outweigh an allow in either order", is: "deny", statement: [deny({}), allow({})] },
  { it: "lets a deny outweigh an allow", is: "deny", statement: [allow({}), deny({ Resource: OBJECT })] },
  { it: "ignores case in actions", is: "allow", statement: allow({ Action: "S3:getobject" }) },
  {
    it: "matches case in resources",
    is: "implicit-deny",
    statement: allow({ Resource: OBJECT.toUpperCase() }),
  },
  { it: "reads * in actions", is: "allow", statement: allow({ Action: "s3:Get*" }) },
  {
    it: "reads ? as exactly one character",
    is: "implicit-deny",
    statement: allow({ Action: "s3:GetObject?" }),
  },
  { it: "lets * run over slashes", is: "allow", statement: allow({ Resource: "arn:aws:s3:::lake/csv/*" }) },
  {
    it: "lets * at the end stand for the parts that a short ARN lacks",
    is: "allow",
    statement: allow({ Resource: "arn:aws:s3*" }),
  },
  {
    it: "completes no short ARN without *",
    is: "implicit-deny",
    statement: allow({ Resource: "arn:aws:s3" }),
  },
  {
    it: "keeps * within its part of an ARN",
    is: "implicit-deny",
    statement: allow({ Resource: "arn:aws:s3*lake/csv/*" }),
  },
  {
    it: "reads NotAction",
    is: "implicit-deny",
    statement: allow({ Action: undefined, NotAction: "s3:Get*" }),
  },
  {
    it: "reads NotResource",
    is: "deny",
    statement: deny({ Resource: undefined, NotResource: "arn:aws:s3:::other/*" }),
  },
  {
    it: "grants operations without a resource only by *",
    is: "implicit-deny",
    statement: allow({ Action: "*", Resource: "arn:aws:s3:::*" }),
    resource: "*",
  },
  {
    it: "substitutes policy variables",
    is: "allow",
    statement: allow({ Resource: "arn:aws:s3:::lake/$" + "{aws:userid}/*" }),
    context: { "aws:userid": "csv" },
  },
  {
    it: "takes a variable's wildcards literally",
    is: "implicit-deny",
    statement: allow({ Resource: "arn:aws:s3:::lake/$" + "{aws:userid}/*" }),
    context: { "aws:userid": "*" },
  },
  {
    it: "matches nothing with a variable that has no value",
    is: "implicit-deny",
    statement: allow({ Resource: "arn:aws:s3:::lake/$" + "{aws:username}*" }),
  },
  {
    it: "takes a variable's default",
    is: "allow",
    statement: allow({ Resource: "arn:aws:s3:::lake/$" + "{aws:username, 'csv'}/*" }),
  },
];

const conditions: readonly (readonly [
  it: string,
  condition: object,
  context: Case["context"],
  holds: boolean,
])[] = [
  [
    "StringEquals any of several values",
    { StringEquals: { "s3:prefix": ["a", "b"] } },
    { "s3:prefix": "b" },
    true,
  ],
  ["StringEquals a missing key", { StringEquals: { "s3:prefix": "a" } }, {}, false],
  ["StringEqualsIfExists a missing key", { StringEqualsIfExists: { "s3:prefix": "a" } }, {}, true],
  ["StringNotEquals none of several", { StringNotEquals: { k: ["a", "b"] } }, { k: "c" }, true],
  ["StringNotEquals one of several", { StringNotEquals: { k: ["a", "b"] } }, { k: "b" }, false],
  ["StringNotEquals a missing key", { StringNotEquals: { k: "a" } }, {}, true],
  ["StringLike wildcards", { StringLike: { k: "csv/*" } }, { k: "csv/crypto" }, true],
  ["StringEquals wildcards as text", { StringEquals: { k: "csv/*" } }, { k: "csv/crypto" }, false],
  ["StringEqualsIgnoreCase", { StringEqualsIgnoreCase: { k: "A" } }, { k: "a" }, true],
  ["keys in any case", { StringEquals: { "AWS:UserId": "a" } }, { "aws:userid": "a" }, true],
  ["ArnLike part by part", { ArnLike: { k: "arn:aws:s3:*:*:x" } }, { k: "arn:aws:s3:::x" }, true],
  ["ArnNotLike", { ArnNotLike: { k: "arn:aws:s3:::*" } }, { k: "arn:aws:s3:::x" }, false],
  ["Bool", { Bool: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": "true" }, false],
  ["NumericLessThanEquals", { NumericLessThanEquals: { k: "10" } }, { k: "9.5" }, true],
  ["NumericGreaterThan text that is not a number", { NumericGreaterThan: { k: "1" } }, { k: "x" }, false],
  [
    "DateLessThan in ISO 8601",
    { DateLessThan: { k: "2026-11-20T00:00:00Z" } },
    { k: "2026-11-19T23:59:59Z" },
    true,
  ],
  [
    "DateGreaterThan in seconds",
    { DateGreaterThan: { k: "1763596800" } },
    { k: "2025-11-20T00:00:01Z" },
    true,
  ],
  ["IpAddress in a network", { IpAddress: { k: "10.0.0.0/8" } }, { k: "10.1.2.3" }, true],
  ["NotIpAddress in a network", { NotIpAddress: { k: "10.0.0.0/8" } }, { k: "10.1.2.3" }, false],
  ["IpAddress of version 6", { IpAddress: { k: "2001:db8::/32" } }, { k: "2001:db8::1" }, true],
  ["Null of a missing key", { Null: { k: "true" } }, {}, true],
  ["Null of a present key", { Null: { k: "true" } }, { k: "" }, false],
  ["ForAnyValue one of the given", { "ForAnyValue:StringEquals": { k: ["a"] } }, { k: ["x", "a"] }, true],
  ["ForAllValues some of the given", { "ForAllValues:StringEquals": { k: ["a"] } }, { k: ["x", "a"] }, false],
  ["ForAllValues of nothing", { "ForAllValues:StringEquals": { k: ["a"] } }, {}, true],
  ["ForAnyValue of nothing", { "ForAnyValue:StringEquals": { k: ["a"] } }, {}, false],
  [
    "all operators together",
    { StringEquals: { a: "1" }, Bool: { b: "true" } },
    { a: "1", b: "false" },
    false,
  ],
];

describe("Policy evaluation", () => {
  for (const { it: title, is, ...given } of expectations) it(title, () => assert.equal(decide(given), is));

  describe("conditions", () => {
    for (const [title, condition, context, holds] of conditions)
      it(`evaluate ${title}`, () => {
        const statement = allow({ Condition: condition });
        assert.equal(decide({ statement, ...(context && { context }) }), holds ? "allow" : "implicit-deny");
      });
  });

  describe("principals", () => {
    const principal = { arns: ["arn:aws:iam::000000000000:role/reader"], accountId: "000000000000" };
    const trusts: readonly (readonly [string, unknown, boolean])[] = [
      ["everyone", "*", true],
      ["the role", { AWS: "arn:aws:iam::000000000000:role/reader" }, true],
      ["another role", { AWS: "arn:aws:iam::000000000000:role/writer" }, false],
      ["the account", { AWS: "arn:aws:iam::000000000000:root" }, true],
      ["the account by number", { AWS: "000000000000" }, true],
      ["a service", { Service: "lambda.amazonaws.com" }, false],
    ];
    for (const [who, Principal, holds] of trusts)
      it(`evaluate trust in ${who}`, () => {
        const statement = { Effect: "Allow", Action: "s3:GetObject", Principal, Resource: "*" };
        assert.equal(decide({ statement, principal }), holds ? "allow" : "implicit-deny");
      });
  });

  for (const text of [
    "",
    "[]",
    "{",
    '{"Statement":[]}',
    '{"Statement":{"Effect":"Maybe","Action":"*"}}',
    '{"Statement":{"Effect":"Allow"}}',
    '{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringMatches":{"k":"a"}}}}',
  ])
    it(`refuses the document ${JSON.stringify(text)}`, () => {
      assert.throws(() => parsePolicy(text), { name: "MalformedPolicyDocumentException" });
    });
});

describe("Policy properties", () => {
  const words = fc.constantFrom(
    "s3:GetObject",
    "s3:PutObject",
    "kinesis:PutRecords",
    "s3:*",
    "*",
    "kinesis:?ut*",
  );
  const arns = fc.constantFrom(
    "*",
    "arn:aws:s3:::lake/*",
    "arn:aws:s3:::lake/a",
    "arn:aws:kinesis:*:*:stream/x",
  );
  const statement = fc.record({ Effect: fc.constantFrom("Allow", "Deny"), Action: words, Resource: arns });
  const action = fc.constantFrom("s3:GetObject", "s3:PutObject", "kinesis:PutRecords");
  const resource = fc.constantFrom(
    "arn:aws:s3:::lake/a",
    "arn:aws:s3:::other/a",
    "arn:aws:kinesis:us-east-1:0:stream/x",
  );

  it("a Deny overrides every Allow, and the order of statements does not matter", () => {
    fc.assert(
      fc.property(
        fc.array(statement, { minLength: 1, maxLength: 6 }),
        statement,
        action,
        resource,
        (list, one, a, r) => {
          const before = decide({ statement: list, action: a, resource: r });
          const after = decide({ statement: [...list, { ...one, Effect: "Allow" }], action: a, resource: r });
          if (before === "deny") assert.equal(after, "deny");
          if (before === "allow") assert.equal(after, "allow");
          assert.equal(decide({ statement: [...list].reverse(), action: a, resource: r }), before);
        },
      ),
    );
  });

  it('every text matches itself, "*", and itself with any part replaced by "*"', () => {
    const text = fc
      .string({ unit: "grapheme", maxLength: 20 })
      .filter((value) => !/[*?$\u{F0000}-\u{F0001}]/u.test(value));
    fc.assert(
      fc.property(text, fc.nat(20), fc.nat(20), (value, from, length) => {
        assert.ok(matches(value, value));
        assert.ok(matches("*", value));
        assert.ok(matches(`${value.slice(0, from)}*${value.slice(from + length)}`, value));
        assert.equal(matches(`${value}x`, value), false);
      }),
    );
  });

  it("only actions ignore case, also when the pattern is cached", () => {
    for (const pattern of ["s3:GetObject", "s3:Get*"])
      for (let again = 0; again < 2; again++) {
        assert.equal(matches(pattern, "S3:GETOBJECT", true), true);
        assert.equal(matches(pattern, "S3:GETOBJECT"), false);
        assert.equal(matches(pattern, "s3:GetObject"), true);
      }
  });

  it("an ARN matches itself and no ARN of another service", () => {
    const part = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
    fc.assert(
      fc.property(part, part, part, (service, account, name) => {
        const arn = `arn:aws:${service}:us-east-1:${account}:${name}`;
        assert.ok(matchesArn(arn, arn));
        assert.ok(matchesArn(`arn:aws:${service}:*:*:*`, arn));
        assert.equal(matchesArn(`arn:aws:${service}x:*:*:*`, arn), false);
      }),
    );
  });

  it("context keys ignore case", () => {
    assert.deepEqual(lowerCased({ "aws:UserId": "a" }), { "aws:userid": "a" });
  });
});
