import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { type Cloud, type CloudOptions, startCloud } from "../../../cloud";
import { temporaryDirectory } from "../../temporary";

export const NOW = Date.UTC(2026, 0, 15, 12);

export interface Lab {
  readonly cloud: Cloud;
  /** Its state directory. */
  readonly dir: string;
  readonly role: string;
  /** The configuration for SDK clients. */
  readonly client: { endpoint: string; region: string; credentials: Cloud["credentials"] };
  advance(millis: number): Promise<void>;
  restart(): Promise<Lab>;
  end(): Promise<void>;
}

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: ["lambda.amazonaws.com", "scheduler.amazonaws.com"] },
      Action: "sts:AssumeRole",
    },
  ],
});

/** A cloud on a simulated clock, with a role that may do everything. */
export async function lab(options: Partial<CloudOptions> = {}, dir = temporaryDirectory()): Promise<Lab> {
  const cloud = await startCloud({ dir: dir.path, clock: { simulateFrom: NOW }, ...options });
  const { call, administrator: admin } = cloud;
  const role = `arn:aws:iam::${cloud.accountId}:role/worker`;
  await call("iam", "CreateRole", { RoleName: "worker", AssumeRolePolicyDocument: trust }, admin).catch(
    () => {},
  );
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  await call("iam", "PutRolePolicy", { RoleName: "worker", PolicyName: "all", PolicyDocument }, admin);
  return {
    cloud,
    dir: dir.path,
    role,
    client: { endpoint: cloud.endpoint, region: cloud.region, credentials: cloud.credentials },
    advance: (millis) => cloud.clock.advanceTo(cloud.clock.now() + millis),
    restart: async () => {
      const simulateFrom = cloud.clock.now();
      await cloud.stop();
      return lab({ ...options, clock: { simulateFrom } }, dir);
    },
    end: async () => {
      await cloud.stop();
      dir.remove();
    },
  };
}

export const zipOf = (files: Record<string, string>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

export async function createFunction(
  { cloud, role }: Lab,
  name: string,
  source: string,
  settings: {
    Role?: string | undefined;
    Timeout?: number;
    MemorySize?: number;
    KMSKeyArn?: string;
    Environment?: { Variables: Record<string, string> };
  } = {},
): Promise<void> {
  await cloud.call(
    "lambda",
    "CreateFunction",
    {
      FunctionName: name,
      Role: role,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Code: { ZipFile: zipOf({ "index.js": source }) },
      ...settings,
    },
    cloud.administrator,
  );
}

export async function createStream(at: Lab, name: string, shards = 1): Promise<string> {
  const { call, administrator: admin, region, accountId } = at.cloud;
  await call("kinesis", "CreateStream", { StreamName: name, ShardCount: shards }, admin);
  await at.advance(10_000);
  return `arn:aws:kinesis:${region}:${accountId}:stream/${name}`;
}

export async function put({ cloud }: Lab, streamArn: string, texts: readonly string[]): Promise<void> {
  for (const text of texts)
    await cloud.call(
      "kinesis",
      "PutRecord",
      { StreamARN: streamArn, PartitionKey: text, Data: Buffer.from(text) },
      cloud.administrator,
    );
}

export async function map(
  { cloud }: Lab,
  streamArn: string,
  settings: object = {},
): Promise<EventSourceMappingConfiguration> {
  return cloud.call(
    "lambda",
    "CreateEventSourceMapping",
    { FunctionName: "f", EventSourceArn: streamArn, StartingPosition: "TRIM_HORIZON", ...settings },
    cloud.administrator,
  );
}

/** The log lines of a function, without those of the platform. */
export async function logged({ cloud }: Lab, name = "f"): Promise<string[]> {
  await cloud.flush();
  const { events = [] } = await cloud.call(
    "logs",
    "FilterLogEvents",
    { logGroupName: `/aws/lambda/${name}` },
    cloud.administrator,
  );
  return events
    .map(({ message = "" }) => message)
    .filter((line) => line.startsWith(">"))
    .map((line) => line.slice(1));
}

/** A handler that writes each batch's texts on a line and then runs `body` with `texts` and `event` in scope. */
export const batchHandler = (body = ""): string => `
  exports.handler = async (event, context) => {
    const texts = event.Records.map((r) => Buffer.from(r.kinesis.data, "base64").toString());
    process.stdout.write(">" + texts.join(" "));
    ${body}
  };`;
