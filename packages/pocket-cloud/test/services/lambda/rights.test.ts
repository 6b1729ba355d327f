import { strict as assert } from "node:assert";
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { createFunction, type Lab, lab } from "./lab";

describe("The right to invoke a function", () => {
  let at: Lab;
  before(async () => {
    at = await lab();
    await createFunction(at, "f", "exports.handler = async () => 1");
  });
  after(() => at.end());

  /** A client whose role may do the actions, by default invoke the resource. */
  async function clientOf(
    RoleName: string,
    Resource: string,
    Action = ["lambda:InvokeFunction"],
  ): Promise<LambdaClient> {
    const { call, administrator, accountId } = at.cloud;
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: "sts:AssumeRole" },
      ],
    });
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource }],
    });
    await call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument }, administrator);
    await call("iam", "PutRolePolicy", { RoleName, PolicyName: "invoke", PolicyDocument }, administrator);
    const RoleArn = `arn:aws:iam::${accountId}:role/${RoleName}`;
    const { Credentials } = await call(
      "sts",
      "AssumeRole",
      { RoleArn, RoleSessionName: "test" },
      administrator,
    );
    return new LambdaClient({
      ...at.client,
      maxAttempts: 1,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken ?? "",
      },
    });
  }

  it("to pass its role is needed to create a function, and to change its role", async () => {
    const { accountId } = at.cloud;
    const role = `arn:aws:iam::${accountId}:role/worker`;
    const creator = await clientOf("creator", "*", [
      "lambda:CreateFunction",
      "lambda:UpdateFunctionConfiguration",
    ]);
    const denied = {
      name: "AccessDeniedException",
      message: /creator\/test is not authorized to perform: iam:PassRole on resource: .*role\/worker/,
    };
    await assert.rejects(
      creator.send(
        new CreateFunctionCommand({
          FunctionName: "g",
          Role: role,
          Runtime: "nodejs22.x",
          Handler: "index.handler",
          Code: { ZipFile: Buffer.from("x") },
        }),
      ),
      denied,
    );
    const change = (rest: object) =>
      creator.send(new UpdateFunctionConfigurationCommand({ FunctionName: "f", ...rest }));
    await assert.rejects(change({ Role: role }), denied);
    await change({ Description: "no role is passed" });
    creator.destroy();
  });

  it("applies to the ARN with a qualifier or to the ARN without one", async () => {
    const arn = `arn:aws:lambda:us-east-1:${at.cloud.accountId}:function:f`;
    const plain = await clientOf("plain", arn);
    const latest = await clientOf("latest", `${arn}:$LATEST`);
    const invoke = (client: LambdaClient, FunctionName: string, Qualifier?: string) =>
      client.send(new InvokeCommand({ FunctionName, ...(Qualifier !== undefined && { Qualifier }) })).then(
        ({ StatusCode }) => StatusCode,
        (error: Error) => /perform: lambda:InvokeFunction on resource: (\S+)/.exec(error.message)?.[1],
      );
    try {
      assert.equal(await invoke(plain, "f"), 200);
      assert.equal(await invoke(plain, `${arn}:$LATEST`), `${arn}:$LATEST`);
      assert.equal(await invoke(latest, `${arn}:$LATEST`), 200);
      assert.equal(await invoke(latest, "f", "$LATEST"), 200);
      assert.equal(await invoke(latest, arn), arn);
    } finally {
      plain.destroy();
      latest.destroy();
    }
  });
});
