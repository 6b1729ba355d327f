import { createHash, randomUUID } from "node:crypto";
import type {
  CreateFunctionRequest,
  FunctionConfiguration,
  UpdateFunctionConfigurationRequest,
} from "@aws-sdk/client-lambda";
import { unsupported } from "../../errors";
import type { Code } from "./code";
import { pythonFor } from "./runtime/python";
import { invalid } from "./store";
import { lambdaTime } from "./versions";

type Request =
  | Omit<CreateFunctionRequest, "FunctionName" | "Role" | "Code">
  | UpdateFunctionConfigurationRequest;

/** Runtimes of AWS: those of the message that LocalStack's test_create_lambda_exceptions recorded, and newer ones. */
const RUNTIMES: readonly string[] = [
  ...["nodejs20.x", "python3.14", "provided.al2023", "python3.12", "python3.13", "nodejs24.x", "nodejs22.x"],
  ...["java25", "python3.10", "python3.11", "java21", "ruby3.3", "ruby3.4", "ruby3.2", "python3.8"],
  ...["python3.9", "java17", "nodejs16.x", "dotnet10", "dotnet8", "java11", "dotnet6", "nodejs18.x"],
  ...["provided.al2", "java8.al2", "nodejs26.x", "python3.15", "ruby4.0"],
];

/** Runtimes that AWS refuses (Lambda developer guide, "Deprecated runtimes", block function create). */
const RETIRED =
  /^(nodejs(4\.3(-edge)?|6\.10|8\.10|10\.x|12\.x|14\.x)?|python(2\.7|3\.6|3\.7)|ruby2\.[57]|java8|go1\.x|provided|dotnet5\.0|dotnetcore[\d.]+)$/;

/** Node.js runtimes run here, and Python's where Python 3 is installed. */
function checkRuntime(runtime: string): void {
  if (RETIRED.test(runtime))
    throw invalid(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  if (!RUNTIMES.includes(runtime))
    throw invalid(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${RUNTIMES.join(", ")}] or be a valid ARN`,
    );
  if (/^nodejs\d+\.x$/.test(runtime)) return;
  if (!/^python3\.\d+$/.test(runtime)) throw unsupported(`the runtime ${runtime}`);
  if (pythonFor(runtime) === undefined)
    throw unsupported(
      `the runtime ${runtime} on this machine: neither ${runtime} nor python3 is in the PATH`,
    );
}

/**
 * Lambda developer guide, "Defined runtime environment variables": these "cannot be set in your function configuration". The
 * message is AWS's (mattermost-cloud-monitoring pull request 264).
 */
const RESERVED: ReadonlySet<string> = new Set([
  ...["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_RUNTIME_API"],
  ...["AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"],
  ...["AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"],
  ...["AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
  ...["LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"],
]);

/** Throws for options that exist in AWS but are not supported here. */
export function refuseUnsupported(request: Request): void {
  if ("PackageType" in request && request.PackageType === "Image")
    throw unsupported("functions from container images");
  if (request.Runtime) checkRuntime(request.Runtime);
  if (request.Layers?.length) throw unsupported("Lambda layers");
  if (request.FileSystemConfigs?.length) throw unsupported("file systems of functions");
  if (request.CapacityProviderConfig) throw unsupported("capacity providers of functions");
  if (request.DurableConfig) throw unsupported("durable functions");
  if ("TenancyConfig" in request && request.TenancyConfig) throw unsupported("tenant isolation of functions");
  if (request.SnapStart?.ApplyOn === "PublishedVersions") throw unsupported("SnapStart");
  const reserved = Object.keys(request.Environment?.Variables ?? {}).filter((name) => RESERVED.has(name));
  if (reserved.length > 0)
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  const size = Buffer.byteLength(JSON.stringify(request.Environment?.Variables ?? {}));
  if (size > 4096)
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${JSON.stringify(request.Environment?.Variables)}`,
    );
}

export function initialConfiguration(
  request: CreateFunctionRequest,
  code: Code,
  arn: string,
  name: string,
  region: string,
  now: number,
): FunctionConfiguration {
  return {
    Description: "",
    Timeout: 3,
    MemorySize: 128,
    Architectures: request.Architectures ?? ["x86_64"],
    TracingConfig: { Mode: "PassThrough" },
    EphemeralStorage: { Size: 512 },
    LoggingConfig: loggingOf(request, name),
    ...configurationOf(request, name),
    FunctionName: name,
    FunctionArn: arn,
    CodeSize: code.size,
    CodeSha256: code.sha256,
    Version: "$LATEST",
    LastModified: lambdaTime(now),
    RevisionId: randomUUID(),
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    ...(request.Runtime && { RuntimeVersionConfig: versionOfRuntime(request.Runtime, region) }),
  };
}

/** Every runtime has versions of its own, named by 64 hexadecimal digits. Here each has one. */
export const versionOfRuntime = (
  runtime: string,
  region: string,
): NonNullable<FunctionConfiguration["RuntimeVersionConfig"]> => ({
  RuntimeVersionArn: `arn:aws:lambda:${region}::runtime:${createHash("sha256").update(runtime).digest("hex")}`,
});

/** The members that a request sets, in the form in which they are read back. */
export function configurationOf(request: Request, name: string): FunctionConfiguration {
  return {
    ...(request.Runtime && { Runtime: request.Runtime }),
    ...("Role" in request && request.Role && { Role: request.Role }),
    ...(request.Handler && { Handler: request.Handler }),
    ...(request.Description !== undefined && { Description: request.Description }),
    ...(request.Timeout !== undefined && { Timeout: request.Timeout }),
    ...(request.MemorySize !== undefined && { MemorySize: request.MemorySize }),
    ...(request.Environment && { Environment: { Variables: request.Environment.Variables ?? {} } }),
    // An empty ARN removes the setting.
    ...(request.KMSKeyArn !== undefined && { KMSKeyArn: request.KMSKeyArn || undefined }),
    ...(request.DeadLetterConfig && {
      DeadLetterConfig: request.DeadLetterConfig.TargetArn ? request.DeadLetterConfig : undefined,
    }),
    ...(request.TracingConfig && { TracingConfig: { Mode: request.TracingConfig.Mode ?? "PassThrough" } }),
    ...(request.EphemeralStorage && { EphemeralStorage: request.EphemeralStorage }),
    ...(request.LoggingConfig && { LoggingConfig: loggingOf(request, name) }),
    ...(request.VpcConfig && {
      VpcConfig: {
        SubnetIds: request.VpcConfig.SubnetIds ?? [],
        SecurityGroupIds: request.VpcConfig.SecurityGroupIds ?? [],
        VpcId: "",
        Ipv6AllowedForDualStack: request.VpcConfig.Ipv6AllowedForDualStack ?? false,
      },
    }),
  };
}

function loggingOf(request: Request, name: string): NonNullable<FunctionConfiguration["LoggingConfig"]> {
  const { LogFormat = "Text", ApplicationLogLevel, SystemLogLevel, LogGroup } = request.LoggingConfig ?? {};
  return {
    LogFormat,
    LogGroup: LogGroup ?? `/aws/lambda/${name}`,
    ...(LogFormat === "JSON" && {
      ApplicationLogLevel: ApplicationLogLevel ?? "INFO",
      SystemLogLevel: SystemLogLevel ?? "INFO",
    }),
  };
}
