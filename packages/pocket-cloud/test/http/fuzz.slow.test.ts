import { strict as assert } from "node:assert";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Cloud, startCloud } from "../../cloud";
import { mainThreadMillis } from "../main-thread";
import { temporaryDirectory } from "../temporary";
import { sign } from "./door";
import { mutate, type WireRequest } from "./fuzz/mutations";
import { Random } from "./fuzz/random";
import { leaveOut, validRequest } from "./fuzz/requests";

/** How long; and the seed of an earlier run, which repeats its requests. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 20);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const LONGEST_MS = 100;
/** A request that waits for something, such as a subscription to a shard. */
const PATIENCE_MS = 3000;

describe(`Random and hostile requests (${SECONDS} s, FUZZ_SEED=${SEED})`, function () {
  this.timeout(SECONDS * 1000 + 120_000);
  const directory = temporaryDirectory();
  const logged: string[] = [];
  let cloud: Cloud;
  before(async () => {
    cloud = await startCloud({
      dir: directory.path,
      clock: { simulateFrom: Date.now() },
      log: (line) => logged.push(line),
    });
  });
  /** Resources with the names that the requests use. */
  before(async () => {
    const { call, administrator } = cloud;
    await call("s3", "CreateBucket", { Bucket: "thing" }, administrator);
    await call("kinesis", "CreateStream", { StreamName: "thing", ShardCount: 1 }, administrator);
    await call("sqs", "CreateQueue", { QueueName: "thing" }, administrator);
    await call("sns", "CreateTopic", { Name: "thing" }, administrator);
    await call("glue", "CreateDatabase", { DatabaseInput: { Name: "thing" } }, administrator);
    const key = { AttributeName: "thing", KeyType: "HASH" } as const;
    await call(
      "dynamodb",
      "CreateTable",
      {
        TableName: "thing",
        KeySchema: [key],
        AttributeDefinitions: [{ AttributeName: "thing", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      },
      administrator,
    );
  });
  after(async () => {
    await cloud.stop();
    directory.remove();
  });
  const port = () => Number(new URL(cloud.endpoint).port);

  it("are answered within 100 ms of processor time, without an internal error or a dropped connection", async () => {
    const random = new Random(SEED);
    const failures: string[] = [];
    const statuses = new Map<number, number>();
    const until = Date.now() + SECONDS * 1000;
    let [slowest, slowestName, sent] = [0, "", 0];
    while (Date.now() < until && failures.length < 20) {
      const valid = await validRequest(random);
      if (!valid) continue;
      const request = random.next() < 0.2 ? valid.request : mutate(valid.request, random);
      const { status, millis } = await measure(valid.service, request);
      sent++;
      if (status === 501 && request === valid.request) leaveOut(valid.name);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (millis > slowest) [slowest, slowestName] = [millis, valid.name];
      if (millis > LONGEST_MS || status === 0 || (status >= 500 && status !== 501))
        failures.push(
          `${valid.name}: ${status} in ${Math.round(millis)} ms: ${shown(request)} ${logged.at(-1) ?? ""}`,
        );
    }
    process.stdout.write(
      `      ${sent} requests, slowest ${Math.round(slowest)} ms (${slowestName}), ${JSON.stringify([...statuses].sort())}\n`,
    );
    assert.deepEqual(failures, []);
    assert.ok(sent > SECONDS);
  });

  it("that are no HTTP end their connection, and the cloud keeps answering", async () => {
    const random = new Random(SEED);
    const pieces = [
      "GET / HTTP/1.1\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "Host: 127.0.0.1\r\n",
      "Content-Length: -1\r\n",
      "Transfer-Encoding: chunked\r\n",
      "\r\n",
      "ffffffffffffffff\r\n",
      "0\r\n\r\n",
      "\0".repeat(100),
      "a".repeat(20_000),
      "A: b\r\n".repeat(3000),
      "\u0000\u0000\u0012\u0004\u0000",
    ];
    for (let round = 0; round < 40; round++) {
      const socket = connect(port(), "127.0.0.1");
      socket.on("error", () => {});
      for (let left = 1 + random.below(6); left > 0; left--) socket.write(random.pick(pieces), "latin1");
      await pause(10);
      socket.destroy();
    }
    assert.equal((await fetch(`${cloud.endpoint}/_local/health`)).status, 200);
  });

  /** The least of three times, if the first is too long: a collection of garbage may add to one. */
  async function measure(service: string, request: WireRequest): Promise<{ status: number; millis: number }> {
    let [status, millis] = [0, Number.POSITIVE_INFINITY];
    for (let attempt = 0; attempt < 3 && millis > LONGEST_MS; attempt++) {
      const begun = mainThreadMillis();
      const answered = await answerTo(service, request);
      if (attempt === 0 || answered >= 500) status = answered;
      millis = Math.min(millis, mainThreadMillis() - begun);
    }
    return { status, millis };
  }

  /** The status of the response; 408 when the request waits, 0 when the connection was dropped. */
  function answerTo(service: string, { method, target, headers, body }: WireRequest): Promise<number> {
    return new Promise((resolve) => {
      let signed: Record<string, string>;
      try {
        signed = sign({ port: port(), credentials: cloud.credentials }, service, {
          method,
          target,
          headers,
          body,
        });
      } catch {
        return resolve(400);
      }
      const length = { "content-length": String(body.byteLength) };
      try {
        const request = httpRequest(
          {
            host: "127.0.0.1",
            port: port(),
            method,
            path: target,
            headers: { ...signed, ...length },
            agent: false,
          },
          (response) => {
            response.resume();
            response.on("error", () => resolve(response.statusCode ?? 0));
            response.on("end", () => resolve(response.statusCode ?? 0));
          },
        );
        const patience = setTimeout(() => {
          resolve(408);
          request.destroy();
        }, PATIENCE_MS);
        request.on("close", () => clearTimeout(patience));
        request.on("error", () => resolve(0));
        request.end(body);
      } catch {
        // Node's client does not send it.
        resolve(400);
      }
    });
  }
});

const shown = ({ method, target, headers, body }: WireRequest): string =>
  JSON.stringify({
    method,
    target: target.slice(0, 200),
    headers: JSON.stringify(headers).slice(0, 600),
    body: body.toString("latin1", 0, 400),
    bytes: body.length,
  });
