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
      checkIdentityPolicy(text({ ...identity, ...change }));
    checkTrustPolicy(text(trust));
    checkTrustPolicy(text({ ...trust, Action: ["sts:AssumeRole", "sts:TagSession"] }, "2008-10-17"));
  });

  const refused: readonly (readonly [
    what: string,
    check: (text: string) => void,
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
    [
      "an unknown version",
      checkIdentityPolicy,
      text(identity, "2026-01-01"),
      "The policy must contain a valid version string.",
    ],
    [
      "an unknown condition operator",
      checkIdentityPolicy,
      text({ ...identity, Condition: { StringMatches: { k: "a" } } }),
      "Invalid Condition type : StringMatches.",
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
      assert.throws(() => check(policy), { name: "MalformedPolicyDocumentException", message });
    });
});
