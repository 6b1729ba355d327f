import { strict as assert } from "node:assert";
import { GetObjectCommand, S3 } from "@aws-sdk/client-s3";
import { startCloud } from "../../cloud";
import { Console } from "../../console/server";
import { Assets } from "../../console/server/assets";
import { buildConsole } from "./built";
import { openPage, type Page, send } from "./page";

describe("Console server", () => {
  let cloud: Awaited<ReturnType<typeof startCloud>>;
  let s3: S3;
  let page: Page;
  before(async () => {
    buildConsole();
    cloud = await startCloud({
      services: ["s3", "athena", "ssm", "secretsmanager", "lambda", "sqs", "kinesis"],
    });
    const { endpoint, region, credentials } = cloud;
    s3 = new S3({ endpoint, region, credentials, forcePathStyle: true });
    await s3.createBucket({ Bucket: "lake" });
    await s3.putObject({ Bucket: "lake", Key: "a b/<i>.txt", Body: "hello" });
    page = await openPage(cloud.endpoint);
  });
  after(() => cloud.stop());

  const call = (service: string, operation: string, input: object = {}, headers = {}) =>
    page.call(service, operation, input, headers);
  const codeOf = async (answer: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await answer;
    return [status, (body as { code?: string }).code];
  };

  it("answers a browser's GET / with the page, and keeps ListBuckets for clients", async () => {
    assert.match(page.html, /<script type="module" src="\/_console\/main-\w+\.js">/);
    assert.deepEqual(
      (await s3.listBuckets()).Buckets?.map(({ Name }) => Name),
      ["lake"],
    );
    const curl = await send(cloud.endpoint, "/", { headers: { accept: "*/*" } });
    assert.equal(curl.status, 403);
    assert.match(curl.text, /<Code>AccessDenied<\/Code>/);
    const presigned = await send(cloud.endpoint, "/?X-Amz-Signature=00", {
      headers: { accept: "text/html" },
    });
    assert.equal(presigned.headers["content-type"], "application/xml");
    const virtual = await send(cloud.endpoint, "/", {
      headers: { accept: "text/html", host: `lake.localhost:${cloud.port}` },
    });
    assert.equal(virtual.headers["content-type"], "application/xml");
  });

  it("sends a policy without inline scripts and a cookie that other sites cannot use", async () => {
    const { headers } = await send(cloud.endpoint, "/", { headers: { accept: "text/html" } });
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.match(
      String(headers["set-cookie"]),
      new RegExp(`^pocket-cloud-${cloud.port}=[\\w-]{32}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    assert.doesNotMatch(page.html, /<script>|<style|style=|onclick/);
  });

  it("runs a call with the operation's output as JSON", async () => {
    const { status, body } = await call("s3", "ListObjectsV2", { Bucket: "lake" });
    assert.equal(status, 200);
    const [object] = (body as { Contents: { Key: string; LastModified: string }[] }).Contents;
    assert.equal(object?.Key, "a b/<i>.txt");
    assert.match(String(object?.LastModified), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it("answers an AWS error with its code, message and status", async () => {
    const { status, body } = await call("s3", "ListObjectsV2", { Bucket: "missing" });
    assert.equal(status, 404);
    assert.deepEqual(body, { code: "NoSuchBucket", message: "The specified bucket does not exist" });
  });

  it("runs several calls of a request together, each with its own output or error", async () => {
    const { callAll } = await openPage(cloud.endpoint);
    const { status, body } = await callAll([
      { service: "s3", operation: "HeadBucket", input: { Bucket: "missing" } },
      { service: "s3", operation: "ListObjectsV2", input: { Bucket: "lake", Prefix: "none/" } },
      { service: "s3", operation: "DeleteBucket", input: { Bucket: "lake" } },
      { service: "s3" },
    ]);
    assert.equal(status, 200);
    const answers = body as { output?: { KeyCount: number }; error?: { code: string; status: number } }[];
    assert.deepEqual(
      answers.map(({ output, error }) => output?.KeyCount ?? [error?.code, error?.status]),
      [["NotFound", 404], 0, ["ConsoleReadOnly", 403], ["ValidationException", 400]],
    );
  });

  it("refuses what is no list of calls", async () => {
    const { callAll } = await openPage(cloud.endpoint);
    for (const calls of [{ service: "s3" }, Array(201).fill({})])
      assert.deepEqual(await callAll(calls as object[]), {
        status: 400,
        body: { code: "ValidationException", message: "The calls are not a list of at most 200" },
      });
  });

  it("refuses calls without the cookie, the token, or from another site", async () => {
    const expired = [401, "ConsoleSessionExpired"];
    assert.deepEqual(await codeOf(call("s3", "ListBuckets", {}, { cookie: "" })), expired);
    assert.deepEqual(await codeOf(call("s3", "ListBuckets", {}, { "x-console-token": "guess" })), expired);
    assert.deepEqual(
      await codeOf(call("s3", "ListBuckets", {}, { "sec-fetch-site": "cross-site" })),
      expired,
    );
    const foreign = await call("s3", "ListBuckets", {}, { origin: "http://evil.example" });
    assert.equal(foreign.status, 403);
    const rebound = await call("s3", "ListBuckets", {}, { host: `evil.example:${cloud.port}` });
    assert.equal(rebound.status, 403);
  });

  it("refuses changes and secrets until changes are allowed", async () => {
    const refused = [403, "ConsoleReadOnly"];
    assert.deepEqual(await codeOf(call("s3", "CreateBucket", { Bucket: "new-bucket" })), refused);
    assert.deepEqual(await codeOf(call("local", "PutFaults", { rules: [] })), refused);
    assert.deepEqual(await codeOf(call("secretsmanager", "GetSecretValue", { SecretId: "x" })), refused);
    assert.deepEqual(await codeOf(call("ssm", "GetParameter", { Name: "x", WithDecryption: true })), refused);
    assert.deepEqual(
      await codeOf(call("athena", "StartQueryExecution", { QueryString: "/* select */ DROP TABLE t" })),
      refused,
    );
    const guessed = call(
      "s3",
      "CreateBucket",
      { Bucket: "new-bucket" },
      { "x-console-write-token": "guess" },
    );
    assert.deepEqual(await codeOf(guessed), refused);

    const token = await page.allowChanges();
    const allowed = { "x-console-write-token": token };
    assert.equal((await call("s3", "CreateBucket", { Bucket: "new-bucket" }, allowed)).status, 200);
    assert.deepEqual(
      (await s3.listBuckets()).Buckets?.map(({ Name }) => Name),
      ["lake", "new-bucket"],
    );
  });

  it("sends an object as a download, and parts of it for a range", async () => {
    const path = `/_console/object?bucket=lake&key=${encodeURIComponent("a b/<i>.txt")}`;
    const whole = await send(cloud.endpoint, path, { headers: { cookie: page.cookie } });
    assert.equal(whole.text, "hello");
    assert.equal(whole.headers["content-type"], "application/octet-stream");
    assert.equal(whole.headers["content-disposition"], "attachment; filename*=UTF-8''%3Ci%3E.txt");
    const part = await send(cloud.endpoint, path, { headers: { cookie: page.cookie, range: "bytes=1-2" } });
    assert.deepEqual([part.status, part.text], [206, "el"]);
    const without = await send(cloud.endpoint, path, {});
    assert.equal(without.status, 401);
    const linked = { cookie: page.cookie, "sec-fetch-site": "cross-site" };
    assert.equal((await send(cloud.endpoint, path, { headers: linked })).status, 401);
  });

  it("uploads an object once changes are allowed", async () => {
    const put = (headers: Record<string, string>) =>
      send(cloud.endpoint, "/_console/object?bucket=lake&key=new.csv", {
        method: "PUT",
        headers: { ...page.headers, "content-type": "text/csv", ...headers },
        body: "a,b\n",
      });
    assert.equal((await put({})).status, 403);
    assert.equal((await put({ "x-console-write-token": await page.allowChanges() })).status, 204);
    const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket: "lake", Key: "new.csv" }));
    assert.deepEqual([await Body?.transformToString(), ContentType], ["a,b\n", "text/csv"]);
  });

  it("gives an object that a browser opens as a page an origin of its own", async () => {
    const { headers } = await send(cloud.endpoint, "/lake/a.html", {
      headers: { "sec-fetch-dest": "document" },
    });
    assert.equal(headers["content-security-policy"], "sandbox allow-scripts allow-popups allow-downloads");
  });

  it("does not apply faults to its own calls", async () => {
    cloud.faults.set([
      { service: "*", operation: "*", times: 5, fault: { kind: "error", code: "SlowDown", status: 503 } },
    ]);
    assert.equal((await call("s3", "ListBuckets")).status, 200);
    const { body } = await call("local", "GetFaults");
    assert.equal((body as { Rules: { left: number }[] }).Rules[0]?.left, 5);
    cloud.faults.set([]);
  });

  it("takes nothing from the read limit of a stream's consumers", async () => {
    const { administrator } = cloud;
    await cloud.call("kinesis", "CreateStream", { StreamName: "prices", ShardCount: 1 }, administrator);
    const named = {
      StreamName: "prices",
      ShardId: "shardId-000000000000",
      ShardIteratorType: "TRIM_HORIZON" as const,
    };
    const { ShardIterator = "" } = await cloud.call("kinesis", "GetShardIterator", named, administrator);
    for (let read = 0; read < 8; read++)
      assert.equal((await call("kinesis", "GetRecords", { ShardIterator })).status, 200);
    for (let read = 0; read < 5; read++)
      await cloud.call("kinesis", "GetRecords", { ShardIterator }, administrator);
    await assert.rejects(cloud.call("kinesis", "GetRecords", { ShardIterator }, administrator), {
      code: "ProvisionedThroughputExceededException",
    });
  });

  it("says in one line how it is built when it is not", async () => {
    const unbuilt = new Console(new Assets(["/nowhere"]));
    const request = { method: "GET", path: "/", query: [], rawQuery: "", headers: {} };
    const { status, body } = await unbuilt.serve({} as never, request, {} as never);
    assert.equal(status, 503);
    assert.equal(
      body,
      "The console is not built. In the repository, `node packages/pocket-cloud/console/build.mjs` builds it.\n",
    );
  });

  it("lists the calls that IAM refused, newest first", async () => {
    const role = { arn: "arn:aws:iam::000000000000:role/reader", name: "reader", sessionName: "s" };
    const caller = { accountId: "000000000000", arn: role.arn, userId: "AROA:s", role };
    await assert.rejects(cloud.call("s3", "GetObject", { Bucket: "lake", Key: "x" }, caller));
    const { body } = await call("local", "ListDeniedCalls");
    const [denied] = (body as { DeniedCalls: Record<string, unknown>[] }).DeniedCalls;
    assert.equal(denied?.action, "s3:GetObject");
    assert.deepEqual(denied?.resources, ["arn:aws:s3:::lake/x"]);
    assert.equal(denied?.roleArn, "arn:aws:iam::000000000000:role/reader");
    assert.equal(denied?.conditionKeys, undefined);
  });

  it("lists what the conditions of policies compared with a refused call", async () => {
    const role = { arn: "arn:aws:iam::000000000000:role/lister", name: "lister", sessionName: "s" };
    const caller = { accountId: "000000000000", arn: role.arn, userId: "AROA:s", role };
    await assert.rejects(cloud.call("s3", "ListObjectsV2", { Bucket: "lake", Prefix: "raw/" }, caller));
    const { body } = await call("local", "ListDeniedCalls");
    const [denied] = (body as { DeniedCalls: Record<string, unknown>[] }).DeniedCalls;
    assert.deepEqual(denied?.conditionKeys, { "s3:prefix": "raw/" });
  });
});
