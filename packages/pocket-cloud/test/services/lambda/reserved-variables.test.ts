import { strict as assert } from "node:assert";
import { Lambda } from "@aws-sdk/client-lambda";
import { type Lab, lab, zipOf } from "./lab";

describe("The environment variables of a function", () => {
  let at: Lab;
  let lambda: Lambda;
  before(async () => {
    at = await lab();
    lambda = new Lambda({ ...at.client, maxAttempts: 1 });
  });
  after(async () => {
    lambda.destroy();
    await at.end();
  });

  it("cannot have the names that Lambda sets itself", async () => {
    const make = (FunctionName: string, Variables: Record<string, string>) =>
      lambda.createFunction({
        FunctionName,
        Role: at.role,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile: zipOf({ "index.mjs": "export const handler = async () => 1;" }) },
        Environment: { Variables },
      });
    const refusal = (names: string) => ({
      name: "InvalidParameterValueException",
      message: `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${names}`,
    });
    await assert.rejects(
      make("f", { AWS_REGION: "eu-west-1", TABLE: "t", AWS_SESSION_TOKEN: "x" }),
      refusal("AWS_REGION, AWS_SESSION_TOKEN"),
    );
    await make("f", { AWS_NODEJS_CONNECTION_REUSE_ENABLED: "1", TABLE: "t" });
    await assert.rejects(
      lambda.updateFunctionConfiguration({
        FunctionName: "f",
        Environment: { Variables: { LAMBDA_TASK_ROOT: "/" } },
      }),
      refusal("LAMBDA_TASK_ROOT"),
    );
  });
});
