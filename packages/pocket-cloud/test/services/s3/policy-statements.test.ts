import { strict as assert } from "node:assert";
import { type Lab, lab } from "./cloud";

describe("A statement of a bucket's policy", () => {
  let at: Lab;
  const Bucket = "statements";
  const arn = `arn:aws:s3:::${Bucket}`;
  before(async () => {
    at = await lab();
    await at.s3.createBucket({ Bucket });
  });
  after(async () => at.end());

  const put = (statement: object) => {
    const Statement = [
      { Effect: "Deny", Principal: "*", Action: "s3:GetObject", Resource: `${arn}/*`, ...statement },
    ];
    return at.s3.putBucketPolicy({ Bucket, Policy: JSON.stringify({ Version: "2012-10-17", Statement }) });
  };
  const refused = (message: string, ...statements: object[]) =>
    Promise.all(
      statements.map((statement) => assert.rejects(put(statement), { name: "MalformedPolicy", message })),
    );

  it("needs a resource for each action that it names", async () => {
    await refused(
      "Action does not apply to any resource(s) in statement",
      { Action: "s3:GetObject", Resource: arn },
      { Action: ["s3:PutObject", "s3:ListBucket"], Resource: `${arn}/*` },
      { Action: "s3:getbucketlocation", Resource: [`${arn}/a`, `${arn}/b*`] },
    );
    await put({ Action: ["s3:PutObject", "s3:ListBucket"], Resource: [arn, `${arn}/*`] });
    await put({ Action: ["s3:GetObject", "s3:ListBucket"], Resource: `${arn}*` });
    await put({ Action: "s3:Get*", Resource: arn });
    await put({ Action: "*" });
  });

  it("names actions, and not operations that others authorize", () =>
    refused(
      "Policy has invalid action",
      { Action: "s3:ListObjectsV2", Resource: arn },
      { Action: "s3:HeadObject" },
      { Action: ["s3:GetObject", "kms:Decrypt"] },
      { Action: "GetObject" },
    ));

  it("names principals by account or ARN", async () => {
    await refused("Invalid principal in policy", { Principal: { AWS: "somebody" } }, { Principal: "me" });
    await put({ Principal: { AWS: ["123456789012", "arn:aws:iam::123456789012:root"] } });
    await put({ Principal: { Service: "logging.s3.amazonaws.com" } });
  });

  it("has operators that exist", async () => {
    await refused("Invalid Condition type : StringIs", {
      Condition: { StringIs: { "aws:PrincipalArn": "x" } },
    });
    await put({ Condition: { "ForAnyValue:StringLikeIfExists": { "aws:PrincipalArn": "x" } } });
  });
});
