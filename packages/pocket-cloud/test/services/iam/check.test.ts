import { strict as assert } from "node:assert";
import { checkIdentityPolicy, checkTrustPolicy } from "../../../services/iam/policy/check";

const text = (statement: object, Version = "2012-10-17") =>
  JSON.stringify({ Version, Statement: [statement] });

describe("Policy validation", () => {
  const identity = { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::lake/*" };
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };

  it("accepts patterns, variables, NotResource and conditions", () => {
    for (const change of [
      {},
      { Action: "*", Resource: "*" },
      {
        Action: ["kinesis:PutRecord", "s3:GetObject"],
        Resource: ["arn:aws:s3:::*", `arn:*:s3:::$${"{aws:username}"}/*`],
      },
      { NotResource: "arn:aws:s3:::lake", Resource: undefined },
      {
        Condition: {
          "ForAnyValue:StringLikeIfExists": { "aws:TagKeys": "x" },
          Null: { "aws:TokenIssueTime": "true" },
        },
      },
    ])
      checkIdentityPolicy(text({ ...identity, ...change }), "managed");
    checkTrustPolicy(text(trust));
    checkTrustPolicy(text({ ...trust, Action: ["sts:AssumeRole", "sts:TagSession"] }, "2008-10-17"));
  });

  const refused: readonly (readonly [
    what: string,
    check: (text: string, kind: "managed") => void,
    text: string,
    message: string,
  ])[] = [
    [
      "an action without a service prefix",
      checkIdentityPolicy,
      text({ ...identity, Action: "GetObject" }),
      "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ],
    [
      "a resource that is not an ARN",
      checkIdentityPolicy,
      text({ ...identity, Resource: "lake" }),
      'Resource lake must be in ARN format or "*".',
    ],
    [
      "no resource",
      checkIdentityPolicy,
      text({ ...identity, Resource: undefined }),
      "Policy statement must contain resources.",
    ],
    [
      "a principal",
      checkIdentityPolicy,
      text({ ...identity, Principal: "*" }),
      "Policy document should not specify a principal.",
    ],
    ["an unknown version", checkIdentityPolicy, text(identity, "2026-01-01"), "Syntax errors in policy."],
    [
      "an unknown condition operator",
      checkIdentityPolicy,
      text({ ...identity, Condition: { StringMatches: { k: "a" } } }),
      "Syntax errors in policy.",
    ],
    [
      "a trust policy without a principal",
      checkTrustPolicy,
      text({ ...trust, Principal: undefined }),
      "AssumeRolepolicy must contain principals.",
    ],
    [
      "a trust policy with a resource",
      checkTrustPolicy,
      text({ ...trust, Resource: "*" }),
      "Has prohibited field Resource.",
    ],
    [
      "a trust policy with an action other than sts:",
      checkTrustPolicy,
      text({ ...trust, Action: "s3:GetObject" }),
      "AssumeRole policy may only specify STS AssumeRole actions.",
    ],
  ];
  for (const [what, check, policy, message] of refused)
    it(`refuses ${what}`, () => {
      assert.throws(() => check(policy, "managed"), { name: "MalformedPolicyDocumentException", message });
    });

  it("takes older versions and any effect of dates in policies of roles", () => {
    for (const version of ["2008-10-17", undefined])
      checkIdentityPolicy(JSON.stringify({ Version: version, Statement: identity }), "inline");
    for (const value of [
      "2019-07-01T13:20:15Z",
      "2016-12-13T21:20:37.593194+00:00",
      "2016-12-13t2:00:00.593194+23",
      "2017-07",
      "01T",
      "-292275054",
    ])
      checkIdentityPolicy(text({ ...identity, Condition: { DateLessThan: { a: value } } }), "inline");
    const accessPoint = "arn:aws:s3:us-east-1:000000000000:accesspoint/lake";
    checkIdentityPolicy(text({ ...identity, Resource: accessPoint }), "inline");
  });

  /** From moto's tests of policy documents, whose messages are those of AWS. */
  const LEGACY = "The policy failed legacy parsing";
  const SYNTAX = "Syntax errors in policy.";
  const VERSION = "Policy document must be version 2012-10-17 or greater.";
  const faults: readonly (readonly [change: object, message: string, document?: object])[] = [
    [{}, VERSION, { Version: undefined }],
    [{}, VERSION, { Version: "2008-10-17" }],
    [{}, SYNTAX, { "Extra field": "value" }],
    [{}, SYNTAX, { Id: ["a"] }],
    [{ "Extra field": "value" }, SYNTAX],
    [{ Sid: [] }, SYNTAX],
    [{ Effect: "invalid" }, SYNTAX],
    [{ Effect: "denY" }, LEGACY],
    [{ NotResource: [] }, SYNTAX],
    [{ NotAction: "iam:x" }, SYNTAX],
    [{ Condition: { DateGreaterThan: { a: {} } } }, SYNTAX],
    [{ Condition: { DateGreaterThan: { a: "sdfdsf" } } }, LEGACY],
    [{ Condition: { DateLessThanEquals: { a: "234-13" } } }, LEGACY],
    [{ Condition: { DateLessThanEquals: { a: "2016-12-13t2:00:00.593194+1" } } }, LEGACY],
    [{ Condition: { DateLessThanEquals: { a: "2016-12-13t2:00:00.1999999999+10:59" } } }, LEGACY],
    [{ Condition: { DateLessThan: { a: "9223372036854775808" } } }, LEGACY],
    [{ Action: "a a:ListBucket" }, "Vendor a a is not valid"],
    [{ Action: "s3:List:Bucket" }, "Actions/Condition can contain only one colon."],
    [{ Action: "s:3:ListBucket", Resource: "sdfsadf" }, 'Resource sdfsadf must be in ARN format or "*".'],
    [{ Action: [] }, "Policy statement must contain actions."],
    [{ Resource: [] }, "Policy statement must contain resources."],
    [
      { Resource: "a:bsdfdsafsad" },
      'Partition "bsdfdsafsad" is not valid for resource "arn:bsdfdsafsad:*:*:*:*".',
    ],
    [{ Resource: "a:b:c:d:e:f:g:h" }, 'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".'],
    [
      { Resource: ["arn:error:s3:::lake", "arn:error:s3::lake"] },
      'Partition "error" is not valid for resource "arn:error:s3:::lake".',
    ],
    [{ Resource: "arn:aws" }, "Resource vendor must be fully qualified and cannot contain regexes."],
    [{ Resource: "arn:aws::fdsasf" }, LEGACY],
    [{ Resource: "arn:aws::::lake" }, LEGACY],
    [{ Resource: "arn:aws:s3::lake" }, LEGACY],
    [{ Resource: undefined, NotResource: "arn:aws:s3::lake" }, LEGACY],
    [
      { Resource: "arn:aws:iam:us-east-1::lake" },
      "IAM resource arn:aws:iam:us-east-1::lake cannot contain region information.",
    ],
    [
      { Resource: "arn:aws:s3:us-east-1::lake" },
      "Resource arn:aws:s3:us-east-1::lake can not contain region information.",
    ],
    [
      { Resource: "arn:aws:iam:::lake" },
      'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
    ],
  ];
  for (const [change, message, document] of faults)
    it(`refuses ${JSON.stringify({ ...change, ...document })}`, () => {
      const policy = { Version: "2012-10-17", Statement: { ...identity, ...change }, ...document };
      assert.throws(() => checkIdentityPolicy(JSON.stringify(policy), "managed"), {
        name: "MalformedPolicyDocumentException",
        message,
      });
    });

  it("refuses statement ids that are not unique", () => {
    const Statement = [
      { ...identity, Sid: "a" },
      { Sid: "a", Effect: "Allow" },
    ];
    assert.throws(
      () => checkIdentityPolicy(JSON.stringify({ Version: "2012-10-17", Statement }), "managed"),
      {
        message: "Statement IDs (SID) in a single policy must be unique.",
      },
    );
  });
});
