import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import type { lambda } from "@pulumi/aws";
import type { Unwrap } from "@pulumi/pulumi";
import { assetBytes, zipArchive } from "../archives";
import type { CallAws } from "../aws";
import { isArchive, type Value } from "../values";
import { tagging } from "./tagging";
import { arn, type Context, pascal, type Types, type, until } from "./type";

type FunctionArgs = Unwrap<lambda.FunctionArgs>;

export const functionTypes: Types = {
  "aws:lambda/function:Function": type<lambda.FunctionArgs>({
    nameInput: "name",
    replaceOn: ["name", "packageType"],
    taggable: tagging.lambda,
    describe: ({ name = "" }, location) => {
      const functionArn = arn(location, "lambda", `function:${name}`);
      const path = `${arn({ ...location, account: "lambda" }, "apigateway", "path/2015-03-31")}/functions`;
      return {
        id: name,
        outputs: {
          name,
          arn: functionArn,
          qualifiedArn: `${functionArn}:$LATEST`,
          version: "$LATEST",
          invokeArn: `${path}/${functionArn}/invocations`,
        },
      };
    },
    create: async (inputs, context) => {
      const created: FunctionConfiguration = await context.call("lambda", "CreateFunction", {
        ...configuration(inputs),
        Code: { ZipFile: code(inputs, context) },
        Architectures: inputs.architectures as ["arm64"],
        PackageType: (inputs.packageType ?? "Zip") as "Zip",
        Publish: inputs.publish,
        Tags: { ...context.tags },
      });
      await active(context.call, inputs.name);
      if ((inputs.reservedConcurrentExecutions ?? -1) >= 0) await reserve(context.call, inputs);
      return {
        outputs: {
          arn: created.FunctionArn,
          codeSha256: created.CodeSha256,
          lastModified: created.LastModified,
        },
      };
    },
    update: async (inputs, { changed, ...context }) => {
      const { call } = context;
      if (changed.has("code") || changed.has("architectures")) {
        await call("lambda", "UpdateFunctionCode", {
          FunctionName: inputs.name,
          ZipFile: code(inputs, context),
          Architectures: inputs.architectures as ["arm64"],
        });
        await active(call, inputs.name);
      }
      await call("lambda", "UpdateFunctionConfiguration", { ...DEFAULTS, ...configuration(inputs) });
      await active(call, inputs.name);
      if (changed.has("reservedConcurrentExecutions")) await reserve(call, inputs);
    },
    refresh: async ({ name }, { call }) => {
      const { CodeSha256: codeSha256, LastModified: lastModified } = await call(
        "lambda",
        "GetFunctionConfiguration",
        { FunctionName: name },
      );
      return { codeSha256, lastModified };
    },
    delete: ({ name }, { call }) => call("lambda", "DeleteFunction", { FunctionName: name }),
  }),
};

const configuration = (inputs: FunctionArgs): Omit<CreateFunctionRequest, "Code"> => ({
  FunctionName: inputs.name,
  Description: inputs.description,
  Role: inputs.role,
  Handler: inputs.handler,
  Runtime: inputs.runtime as "nodejs22.x",
  Timeout: inputs.timeout ?? 3,
  MemorySize: inputs.memorySize ?? 128,
  ...(inputs.kmsKeyArn && { KMSKeyArn: inputs.kmsKeyArn }),
  Environment: { Variables: inputs.environment?.variables ?? {} },
  ...(inputs.deadLetterConfig && { DeadLetterConfig: { TargetArn: inputs.deadLetterConfig.targetArn } }),
  ...(inputs.tracingConfig && { TracingConfig: { Mode: inputs.tracingConfig.mode as "Active" } }),
  ...(inputs.ephemeralStorage && { EphemeralStorage: { Size: inputs.ephemeralStorage.size ?? 512 } }),
  ...(inputs.loggingConfig && { LoggingConfig: pascal(inputs.loggingConfig) as object }),
});

/** Settings that an update resets when the program no longer has them: Lambda keeps those that are left out. */
const DEFAULTS: Partial<UpdateFunctionConfigurationRequest> = {
  KMSKeyArn: "",
  DeadLetterConfig: { TargetArn: "" },
  TracingConfig: { Mode: "PassThrough" },
  EphemeralStorage: { Size: 512 },
};

function code({ code: archive, name }: FunctionArgs, { dir }: Context): Uint8Array {
  const value = archive as unknown as Value;
  if (!isArchive(value)) throw new Error(`function ${name} has no archive for its code`);
  const path = value.path;
  return typeof path === "string" && path.endsWith(".zip") ? assetBytes(value, dir) : zipArchive(value, dir);
}

async function reserve(
  call: CallAws,
  { name, reservedConcurrentExecutions: reserved }: FunctionArgs,
): Promise<void> {
  if (reserved === undefined || reserved < 0)
    await call("lambda", "DeleteFunctionConcurrency", { FunctionName: name });
  else
    await call("lambda", "PutFunctionConcurrency", {
      FunctionName: name,
      ReservedConcurrentExecutions: reserved,
    });
}

const active = (call: CallAws, name: string | undefined): Promise<void> =>
  until(async () => {
    const { State, LastUpdateStatus } = await call("lambda", "GetFunctionConfiguration", {
      FunctionName: name,
    });
    return (State ?? "Active") === "Active" && LastUpdateStatus !== "InProgress";
  }, `function ${name}`);
