import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CreateStreamCommand, PutRecordsCommand, SplitShardCommand } from "@aws-sdk/client-kinesis";
import { startPricelake } from "../../pipeline/command";
import { type TestCloud, testCloud } from "../../support/cloud";
import { loadFactor } from "../../support/load";
import { until } from "../agent/running";
import { idOf, range } from "./sources/kinesis/lab";

const LEASE_SECONDS = 3;
const SHARDS = 6;

describe("Three processes with one --group", function () {
  this.timeout(300_000);
  let world: TestCloud;
  before(async () => {
    world = await testCloud({ enforceLimits: false });
    await world.kinesis.send(new CreateStreamCommand({ StreamName: "shared", ShardCount: SHARDS }));
  });
  after(() => world.stop());

  /** A process, and what it has printed. */
  function start() {
    const child = startPricelake(world.cloud, [
      ...["consume", "--stream", "shared", "--group", "lab", "--lease-seconds", String(LEASE_SECONDS)],
      ...["--follow", "--format", "text"],
    ]);
    const read: { readonly n: number; readonly at: number; readonly shard: string }[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [, shard = "", n] = /^\S+ (\S+) .*\{"n":(\d+)\}$/.exec(line) ?? [];
      read.push({ n: Number(n), at: Date.now(), shard });
    });
    child.stderr.resume();
    return { child, read };
  }

  let sent = 0;
  const put = async (count: number) => {
    const Records = range(sent + 1, sent + count).map((n) => ({
      Data: Buffer.from(JSON.stringify({ n })),
      PartitionKey: String(n),
    }));
    await world.kinesis.send(new PutRecordsCommand({ StreamName: "shared", Records }));
    sent += count;
  };

  it("share the shards; when one is killed the others take its shards within the lease time and skip nothing", async () => {
    const processes = [start(), start(), start()];
    const all = () => processes.flatMap(({ read }) => read);
    const [first] = processes;
    assert.ok(first);
    await put(100);
    await until("the first records are printed", () => all().length >= 100);
    const shardsOf = ({ read }: typeof first, since: number) =>
      new Set(read.filter(({ at }) => at >= since).map(({ shard }) => shard));
    await until("each process prints of two shards", async () => {
      const since = Date.now();
      await put(60);
      await until("these are printed", () => new Set(all().map(({ n }) => n)).size >= sent);
      return processes.every((each) => shardsOf(each, since).size === SHARDS / 3);
    });

    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    const killed = Date.now();
    await put(120);
    await world.kinesis.send(
      new SplitShardCommand({ StreamName: "shared", ShardToSplit: idOf(0), NewStartingHashKey: "7" }),
    );
    await put(60);
    const others = processes.slice(1).flatMap(({ read }) => read);
    assert.ok(others.length > 0);
    const mine = [...shardsOf(first, 0)];
    await until("all is printed", () => new Set(all().map(({ n }) => n)).size >= sent);
    assert.deepEqual(
      [...new Set(all().map(({ n }) => n))].sort((a, b) => a - b),
      range(1, sent),
    );

    // By shard of the dead process: the first record that another one printed after the kill.
    const takeovers = mine.flatMap((shard) => {
      const next = processes
        .slice(1)
        .flatMap(({ read }) => read.filter((each) => each.shard === shard && each.at > killed));
      return next.length > 0 ? [Math.min(...next.map(({ at }) => at)) - killed] : [];
    });
    assert.ok(takeovers.length > 0);
    // The records are printed up to a second after the shard was taken: an idle shard is read once a second.
    for (const took of takeovers)
      assert.ok(took < (1000 * LEASE_SECONDS + 1000) * loadFactor(), `${took} ms`);

    for (const { child } of processes.slice(1)) child.kill("SIGINT");
    const codes = await Promise.all(
      processes.slice(1).map(async ({ child }) => (await once(child, "exit"))[0]),
    );
    assert.deepEqual(codes, [130, 130]);
  });
});
