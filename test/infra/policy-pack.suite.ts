import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { policies } from "../../infra/guardrails/policies";
import type { PreviewResource } from "../../packages/pulumi-local";
import { UNKNOWN } from "../../packages/pulumi-local";
import { environments, previewOf, root } from "./stacks";

const pack = join(root, "infra/guardrails");

/** The language runtime's own program for policy packs, started as the Pulumi CLI starts it. */
async function startPack(): Promise<{ readonly child: ChildProcess; readonly client: AnalyzerClient }> {
  const run = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const child = spawn(process.execPath, [run, "127.0.0.1:1", pack], {
    cwd: pack,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return { child, client: new AnalyzerClient(`127.0.0.1:${Number(port)}`, credentials.createInsecure()) };
}

/** What the engine knows of a resource, without the code, which no policy looks into. */
const propertiesOf = ({ inputs: { code: _, ...inputs } }: PreviewResource): Struct =>
  Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>);

const optionsOf = ({ protect }: PreviewResource) =>
  new analyzer.AnalyzerResourceOptions().setProtect(protect);

type Said = readonly string[];

const said = (response: analyzer.AnalyzeResponse): Said =>
  response
    .getDiagnosticsList()
    .map(
      (found) =>
        `${levels[found.getEnforcementlevel()]} ${found.getPolicyname()}: ${found.getMessage().split("\n").at(-1)}`,
    );

const levels = Object.keys(analyzer.EnforcementLevel);

describe("The policy pack", () => {
  let child: ChildProcess;
  let client: AnalyzerClient;

  before(async () => {
    ({ child, client } = await startPack());
  });
  after(() => {
    client?.close();
    child?.kill("SIGKILL");
  });

  const answered = <T>(call: (done: (error: Error | null, answer: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));

  const analyze = (resource: PreviewResource): Promise<Said> =>
    answered<analyzer.AnalyzeResponse>((done) =>
      client.analyze(
        new analyzer.AnalyzeRequest()
          .setUrn(resource.urn)
          .setType(resource.type)
          .setName(resource.name)
          .setProperties(propertiesOf(resource))
          .setOptions(optionsOf(resource)),
        done,
      ),
    ).then(said);

  const analyzeStack = (resources: readonly PreviewResource[]): Promise<Said> =>
    answered<analyzer.AnalyzeResponse>((done) =>
      client.analyzeStack(
        new analyzer.AnalyzeStackRequest().setResourcesList(
          resources.map((resource) =>
            new analyzer.AnalyzerResource()
              .setUrn(resource.urn)
              .setType(resource.type)
              .setName(resource.name)
              .setProperties(propertiesOf(resource))
              .setOptions(optionsOf(resource)),
          ),
        ),
        done,
      ),
    ).then(said);

  it("describes itself, with mandatory policies only", async () => {
    const info = await answered<analyzer.AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), done));
    assert.equal(info.getName(), "pricelake-guardrails");
    assert.deepEqual(
      info.getPoliciesList().map((policy) => policy.getName()),
      policies.map(({ name }) => name),
    );
    assert.deepEqual(
      new Set(info.getPoliciesList().map((policy) => policy.getEnforcementlevel())),
      new Set([analyzer.EnforcementLevel.MANDATORY]),
    );
  });

  it("accepts each of prod's resources", async () => {
    const { resources } = await previewOf("prod");
    assert.deepEqual((await Promise.all(resources.map(analyze))).flat(), []);
  });

  for (const env of environments)
    it(`accepts the stack ${env}`, async () => {
      const { resources } = await previewOf(env);
      assert.deepEqual(await analyzeStack(resources), []);
    });

  it("refuses a violating resource, and a stack that lacks a resource", async () => {
    const { resources } = await previewOf("prod");
    const stream = resources.find(({ name, custom }) => custom && name === "crypto-stream");
    assert.ok(stream);
    assert.deepEqual(await analyze({ ...stream, inputs: { ...stream.inputs, encryptionType: "NONE" } }), [
      'MANDATORY kinesis-encryption: encryptionType is "NONE"; it must be KMS',
    ]);
    assert.deepEqual(await analyzeStack(resources.filter(({ name }) => name !== "lake-data-versioning")), [
      "MANDATORY s3-versioning: it has no BucketVersioning",
    ]);
  });

  it("only advises on unknown values, and checks them once known", async () => {
    const { resources } = await previewOf("dev");
    const policy = resources.find(({ name }) => name === "write-csv-crypto-policy");
    assert.ok(policy);
    const [remark, ...more] = await analyze({ ...policy, inputs: { ...policy.inputs, policy: UNKNOWN } });
    assert.match(
      remark ?? "",
      /^ADVISORY iam-no-wildcards: can't run policy 'iam-no-wildcards' .* during preview/,
    );
    assert.deepEqual(more, []);
  });
});
