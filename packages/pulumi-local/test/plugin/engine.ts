import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type Cloud, startCloud } from "../../../pocket-cloud";
import { type Listening, properties, struct } from "../../grpc";
import { AwsPlugin } from "../../plugin/plugin";
import { servePlugin } from "../../plugin/server";
import { type PropertyMap, secret } from "../../values";

export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
export const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
const kinds = Object.keys(proto.PropertyDiff.Kind);
export const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
const urn = (type: string, name: string): string => `urn:pulumi:test::shop::${type}::${name}`;

/** As Pulumi's engine sends them: with the hash of the content. */
export const ARCHIVE = (text: string, hash: string): PropertyMap => ({
  "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
  hash: `archive-${hash}`,
  assets: {
    "index.js": { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", hash, text },
  },
});

/** A resource as Pulumi's state has it. */
export interface Recorded {
  readonly id?: string;
  readonly inputs: PropertyMap;
  readonly outputs?: PropertyMap;
}

/** The plugin over a cloud, for the tests of a suite, with the calls of Pulumi's engine. */
export function pluginEngine() {
  const dir = mkdtempSync(join(tmpdir(), "pricelake-plugin-"));
  let cloud: Cloud;
  let server: Listening;
  let engine: ResourceProviderClient;
  const warnings: string[] = [];

  before(async () => {
    cloud = await startCloud({ dir, region: "eu-west-1" });
    server = await servePlugin(new AwsPlugin(dir, {}, (message) => warnings.push(message)), "7.48.0");
    engine = new ResourceProviderClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
    await configure({});
  });
  after(async () => {
    engine?.close();
    server?.close();
    await cloud?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const ask = <Answer>(
    call: (done: (error: ServiceError | null, answer: Answer) => void) => void,
  ): Promise<Answer> =>
    new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));

  /** Structured settings arrive as JSON text. */
  const configure = (more: PropertyMap): Promise<proto.ConfigureResponse> => {
    const { accessKeyId, secretAccessKey } = cloud.credentials;
    const endpoints = [
      "athena",
      "cloudwatchlogs",
      "glue",
      "kinesis",
      "lambda",
      "iam",
      "kms",
      "s3",
      "sns",
      "sqs",
      "ssm",
      "sts",
    ];
    const args = {
      region: "eu-west-1",
      accessKey: accessKeyId,
      secretKey: secret(secretAccessKey),
      endpoints: JSON.stringify(endpoints.map((service) => ({ [service]: cloud.endpoint }))),
      defaultTags: JSON.stringify({ tags: { project: "shop" } }),
      ...more,
    };
    return ask<proto.ConfigureResponse>((done) =>
      engine.configure(new proto.ConfigureRequest().setArgs(struct(args)), done),
    );
  };

  const check = async (type: string, name: string, news: PropertyMap, olds: PropertyMap = {}) => {
    const request = new proto.CheckRequest()
      .setUrn(urn(type, name))
      .setNews(struct(news))
      .setOlds(struct(olds));
    return properties(
      (
        await ask<proto.CheckResponse>((done) =>
          engine.check(request.setRandomseed(Buffer.from("abcdef01", "hex")), done),
        )
      ).getInputs(),
    );
  };

  const create = async (type: string, name: string, inputs: PropertyMap, preview = false) => {
    const request = new proto.CreateRequest().setUrn(urn(type, name)).setProperties(struct(inputs));
    const answer = await ask<proto.CreateResponse>((done) =>
      engine.create(request.setPreview(preview), done),
    );
    return { id: answer.getId(), outputs: properties(answer.getProperties()) };
  };

  const diff = async (type: string, name: string, old: Recorded, news: PropertyMap) => {
    const request = new proto.DiffRequest().setUrn(urn(type, name)).setId(old.id ?? "id");
    request
      .setOlds(struct(old.outputs ?? old.inputs))
      .setOldInputs(struct(old.inputs))
      .setNews(struct(news));
    const answer = await ask<proto.DiffResponse>((done) => engine.diff(request, done));
    const details = answer.getDetaileddiffMap().toArray() as [string, unknown][];
    return {
      changes: answer.getChanges(),
      diffs: answer.getDiffsList(),
      replaces: answer.getReplacesList(),
      deleteFirst: answer.getDeletebeforereplace(),
      details: Object.fromEntries(
        details.map(([path]) => [path, kinds[answer.getDetaileddiffMap().get(path)?.getKind() ?? -1]]),
      ),
    };
  };

  const update = async (type: string, name: string, old: Recorded, news: PropertyMap, preview = false) => {
    const request = new proto.UpdateRequest().setUrn(urn(type, name)).setId(old.id ?? "");
    request
      .setOlds(struct(old.outputs ?? {}))
      .setOldInputs(struct(old.inputs))
      .setNews(struct(news));
    return properties(
      (
        await ask<proto.UpdateResponse>((done) => engine.update(request.setPreview(preview), done))
      ).getProperties(),
    );
  };

  const read = async (type: string, name: string, { id = "", inputs, outputs = {} }: Recorded) => {
    const request = new proto.ReadRequest().setUrn(urn(type, name)).setId(id);
    return ask<proto.ReadResponse>((done) =>
      engine.read(request.setInputs(struct(inputs)).setProperties(struct(outputs)), done),
    );
  };

  const remove = (type: string, name: string, { id = "", inputs, outputs = {} }: Recorded) => {
    const request = new proto.DeleteRequest().setUrn(urn(type, name)).setId(id);
    return ask<Empty>((done) =>
      engine.delete(request.setOldInputs(struct(inputs)).setProperties(struct(outputs)), done),
    );
  };

  const client = () => ({ endpoint: cloud.endpoint, region: "eu-west-1", credentials: cloud.credentials });
  const logs = () => new CloudWatchLogsClient(client());

  return {
    dir,
    warnings,
    engine: () => engine,
    client,
    logs,
    ask,
    configure,
    check,
    create,
    diff,
    update,
    read,
    remove,
  };
}
