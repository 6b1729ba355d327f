import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CreateStreamCommand } from "@aws-sdk/client-kinesis";
import { type TestCloud, testCloud } from "../../support/cloud";
import { temporaryDirectory } from "../../support/temporary";
import { linesIn, recordsIn, startAgent } from "./running";

/** A cloud for the tests of a suite, and scenes in it. */
export function agentScenes() {
  const base = temporaryDirectory();
  let world: TestCloud;
  let serial = 0;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
  });
  after(async () => {
    await world.stop();
    base.remove();
  });
  beforeEach(() => world.cloud.faults.set([], 7));

  /** A stream and a folder of its own, and a flow between them that does not tarry. */
  async function scene(
    options: Record<string, unknown> = {},
    more: { stream?: string; shards?: number } = {},
  ) {
    const stream = more.stream ?? `stream-${++serial}`;
    const dir = join(base.path, `${++serial}`);
    mkdirSync(dir);
    await world.kinesis.send(new CreateStreamCommand({ StreamName: stream, ShardCount: more.shards ?? 1 }));
    const { endpoint, region, credentials } = world.cloud;
    const flow = {
      filePattern: "*.log*",
      kinesisStream: stream,
      initialPosition: "START_OF_FILE",
      minTimeBetweenFilePollsMillis: 10,
      maxBufferSizeRecords: 5,
      ...options,
    };
    return {
      stream,
      dir,
      path: (name: string) => join(dir, name),
      start: (top: Record<string, unknown> = {}) =>
        startAgent(dir, { flows: [flow], ...top }, { endpoint, region, credentials }),
      lines: () => linesIn(world.cloud, stream),
      records: () => recordsIn(world.cloud, stream),
    };
  }
  return { scene, world: () => world };
}

export const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);
export const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");
