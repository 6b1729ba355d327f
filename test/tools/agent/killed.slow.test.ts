import { strict as assert } from "node:assert";
import { once } from "node:events";
import { appendFileSync, copyFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateStreamCommand } from "@aws-sdk/client-kinesis";
import { startPricelake } from "../../pipeline/command";
import { type TestCloud, testCloud } from "../../support/cloud";
import { temporaryDirectory } from "../../support/temporary";
import { linesIn } from "./running";

/** More by KILLS=20 in the environment. */
const KILLS = Number(process.env.KILLS ?? 3);

describe("An agent killed again and again while its files are rotated", function () {
  this.timeout(300_000 + KILLS * 20_000);
  const base = temporaryDirectory();
  let world: TestCloud;
  let child: ReturnType<typeof startPricelake> | undefined;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
    await world.kinesis.send(new CreateStreamCommand({ StreamName: "events", ShardCount: 2 }));
  });
  after(async () => {
    child?.kill("SIGKILL");
    await world.stop();
    base.remove();
  });

  const logs = join(base.path, "logs");
  const app = join(logs, "app.log");
  let serial = 0;
  let rotations = 0;
  const write = (count: number) =>
    appendFileSync(app, Array.from({ length: count }, () => `line ${++serial}\n`).join(""));
  const rotate = () => {
    const to = `${app}.${++rotations}`;
    if (rotations % 2 === 1) renameSync(app, to);
    else {
      copyFileSync(app, to);
      truncateSync(app);
    }
  };

  async function start() {
    const started = startPricelake(world.cloud, [
      "agent",
      "--config",
      join(base.path, "agent.json"),
      "--dir",
      join(base.path, "state"),
    ]);
    started.stdout.resume();
    await once(started.stderr, "data");
    started.stderr.resume();
    return started;
  }

  it(`sends every line, and repeats only lines since the last checkpoint (${KILLS} kills)`, async () => {
    mkdirSync(logs);
    writeFileSync(
      join(base.path, "agent.json"),
      JSON.stringify({
        "cloudwatch.emitMetrics": false,
        flows: [
          {
            filePattern: "logs/app.log*",
            kinesisStream: "events",
            initialPosition: "START_OF_FILE",
            maxBufferSizeRecords: 50,
            maxBufferAgeMillis: 1000,
            minTimeBetweenFilePollsMillis: 10,
          },
        ],
      }),
    );
    writeFileSync(app, "");
    world.cloud.faults.set(
      [
        {
          service: "kinesis",
          operation: "PutRecords",
          fault: { kind: "partial", share: 0.2, code: "ProvisionedThroughputExceededException" },
          rate: 0.3,
        },
        { service: "kinesis", operation: "PutRecords", fault: { kind: "drop" }, rate: 0.1 },
      ],
      11,
    );
    for (let kill = 0; kill < KILLS; kill++) {
      child = await start();
      for (let i = 0; i < 40 + 10 * kill; i++) {
        write(37);
        if (i % 12 === 7) rotate();
        await sleep(5);
      }
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
      write(20);
      rotate();
    }
    child = await start();
    write(10);
    world.cloud.faults.set([]);
    const arrived = async () => new Set(await linesIn(world.cloud, "events")).size;
    for (const end = Date.now() + 60_000; (await arrived()) < serial && Date.now() < end; ) await sleep(500);
    const ended = once(child, "exit");
    child.kill("SIGINT");
    assert.deepEqual(await ended, [130, null]);
    const sent = await linesIn(world.cloud, "events");
    const expected = Array.from({ length: serial }, (_, i) => `line ${i + 1}`);
    assert.deepEqual([...new Set(sent)].sort(), expected.sort());
    if (process.env.KILLS) process.stderr.write(`${sent.length - serial} of ${serial} again\n`);
    // Under way at a kill are the buffer being sent and what was acknowledged within a tenth of a second.
    assert.ok(sent.length - serial <= KILLS * 500, `${sent.length - serial} lines came again`);
  });
});
