import { strict as assert } from "node:assert";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Consumer } from "@platformatic/kafka";
import { MongoClient } from "mongodb";
import { closed } from "../../tools/kit/kafka/close";
import { type Engine, hasEngines, kafkaEngine, mongoEngine } from "../engines/engines";
import { temporaryDirectory } from "../support/temporary";
import { until, within } from "../tools/agent/running";
import { pricelake } from "./command";

const POSTS = Number(process.env.KAFKA_POSTS ?? 3000);

describe("Posts through Kafka into MongoDB", function () {
  this.timeout(600_000);
  const dir = temporaryDirectory();
  let kafka: Engine;
  let mongo: Engine;
  let env: NodeJS.ProcessEnv;
  const children: ChildProcess[] = [];
  before(async function () {
    if (!hasEngines("kafka", "mongo-server")) return this.skip();
    kafka = await kafkaEngine();
    mongo = await mongoEngine();
    await Promise.all([kafka.start(), mongo.start()]);
    env = { KAFKA_BOOTSTRAP: kafka.address, MONGODB_URL: `mongodb://${mongo.address}/lab` };
  });
  after(async () => {
    for (const child of children) child.kill("SIGKILL");
    await kafka?.remove();
    await mongo?.remove();
    dir.remove();
  });

  const collect = (count: number, ...args: string[]) =>
    pricelake(
      [
        ...["collect", "--source", "sample", "--to", "kafka:posts", "--dir", dir.path, "--json"],
        ...["--rate", "100000", "--limit", String(count), ...args],
      ],
      env,
    );
  const store = ["consume", "--from", "kafka:posts", "--to", "mongodb:posts"];

  /** Number of messages in the topic. */
  async function sent(): Promise<number> {
    const consumer = new Consumer({ clientId: "check", groupId: "count", bootstrapBrokers: [kafka.address] });
    const ends = (await consumer.listOffsets({ topics: ["posts"] })).get("posts") ?? [];
    await closed(consumer);
    return Number(ends.reduce((sum, end) => sum + end, 0n));
  }

  /** Waits until the consumers' group has committed all messages: it commits after everything of a batch is stored. */
  async function allCommitted(seconds: number): Promise<void> {
    const group = { clientId: "check", groupId: "pricelake-posts-posts", bootstrapBrokers: [kafka.address] };
    const consumer = new Consumer(group);
    let left = "unknown";
    const committed = async () => {
      const ends = (await consumer.listOffsets({ topics: ["posts"] })).get("posts") ?? [];
      const partitions = ends.map((_, partition) => partition);
      const offsets = await consumer.listCommittedOffsets({ topics: [{ topic: "posts", partitions }] });
      const each = ends.map((end, partition) => end - (offsets.get("posts")?.[partition] ?? 0n));
      left = each.join(", ");
      return each.every((count) => count === 0n);
    };
    // The broker has just started, and may not know the group yet.
    const asked = () =>
      committed().catch((error: unknown) => {
        left = String(error);
        return false;
      });
    try {
      await until(() => `all is committed; left by partition: ${left}`, asked, seconds);
    } finally {
      await closed(consumer);
    }
  }

  /** What the topic says that the collection must hold: by key, the last message that is no tombstone. */
  async function expected(): Promise<{ ids: Set<string>; invalid: number }> {
    const consumer = new Consumer({
      clientId: "check",
      groupId: `check-${Date.now()}`,
      bootstrapBrokers: [kafka.address],
      autocommit: false,
    });
    const ends = (await consumer.listOffsets({ topics: ["posts"] })).get("posts") ?? [];
    const total = ends.reduce((sum, end) => sum + end, 0n);
    const ids = new Set<string>();
    let invalid = 0;
    const stream = await consumer.consume({ topics: ["posts"], mode: "earliest" });
    let seen = 0n;
    const read = async () => {
      for await (const { key, value } of stream) {
        if (key === undefined || key === null) invalid++;
        else if (value === undefined || value === null) ids.delete(key.toString());
        else ids.add(key.toString());
        if (++seen === total) break;
      }
    };
    await within(120, () => `the topic is read: ${seen} of ${total} messages`, read());
    await closed(consumer);
    return { ids, invalid };
  }

  async function stored(): Promise<{
    ids: Set<string>;
    count: number;
    quarantined: number;
    indexes: string[];
  }> {
    const client = new MongoClient(env.MONGODB_URL ?? "");
    try {
      const posts = client
        .db()
        .collection<{ _id: string; posted_at: Date; hour: Date; hashtags: string[] }>("posts");
      const all = await posts.find().toArray();
      for (const { posted_at, hour, hashtags } of all) {
        assert.ok(posted_at instanceof Date && hour instanceof Date && Array.isArray(hashtags));
        assert.equal(hour.getTime(), Math.floor(posted_at.getTime() / 3_600_000) * 3_600_000);
      }
      return {
        ids: new Set(all.map(({ _id }) => _id)),
        count: all.length,
        quarantined: await client.db().collection("posts_quarantine").countDocuments(),
        indexes: (await posts.indexes()).map(({ name }) => String(name)).sort(),
      };
    } finally {
      await client.close();
    }
  }

  async function compare(): Promise<void> {
    const [topic, collection] = [await expected(), await stored()];
    assert.equal(collection.count, topic.ids.size);
    assert.deepEqual(collection.ids, topic.ids);
    assert.equal(collection.quarantined, topic.invalid);
  }

  it("stores each post once with dates and indexes, deletes deleted ones, and quarantines malformed ones", async () => {
    const missing = await collect(10);
    assert.equal(missing.code, 1);
    assert.match(
      missing.stderr,
      /^pricelake: there is no topic posts on 127\.0\.0\.1:\d+: create it, or add --partitions 3/m,
    );
    const sent = await collect(POSTS, "--partitions", "3");
    assert.equal(sent.code, 0, sent.stderr);
    const { rows, malformed } = JSON.parse(sent.stdout);
    assert.equal(rows + malformed, POSTS);
    const first = await pricelake(store, env);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /; response time 50 % within /);
    await compare();
    assert.deepEqual((await stored()).indexes, [
      "_id_",
      "author_1_posted_at_-1",
      "hashtags_1",
      "posted_at_-1",
    ]);
    const again = await pricelake(store, env);
    assert.match(again.stderr, /^0 rows in 0 messages/m);
    const afresh = await pricelake([...store, "--group", "afresh"], env);
    assert.equal(afresh.code, 0, afresh.stderr);
    await compare();
  });

  it("answers the saved queries", async () => {
    const tags = await pricelake(["mongo", "top-hashtags", "--limit", "2", "--format", "json"], env);
    assert.equal(tags.code, 0, tags.stderr);
    const rows = JSON.parse(tags.stdout) as { hashtag: string; posts: number }[];
    assert.equal(rows.length, 2);
    assert.ok((rows[0]?.posts ?? 0) >= (rows[1]?.posts ?? 0) && (rows[1]?.posts ?? 0) > 0);
    for (const name of ["posts-per-hour", "most-active-authors", "languages"]) {
      const { code, stdout, stderr } = await pricelake(["mongo", name, "--format", "json"], env);
      assert.equal(code, 0, stderr);
      assert.ok((JSON.parse(stdout) as unknown[]).length > 0, name);
    }
    const found = await pricelake(
      ["mongo", "search", "--text", "BITCOIN", "--limit", "5", "--format", "json"],
      env,
    );
    for (const { text } of JSON.parse(found.stdout) as { text: string }[]) assert.match(text, /bitcoin/i);
  });

  it("prints and searches a topic's rows", async () => {
    const { code, stdout, stderr } = await pricelake(
      ["consume", "--from", "kafka:posts", "--where", "topic=bitcoin", "--json"],
      env,
    );
    assert.equal(code, 0, stderr);
    const lines = stdout.trimEnd().split("\n");
    assert.ok(lines.length > 50, `${lines.length} lines; ${stderr}`);
    for (const line of lines) assert.equal(JSON.parse(line).topic, "bitcoin");
  });

  it("loses and doubles nothing while a consumer is killed, the broker restarts and MongoDB is away", async () => {
    const before = await sent();
    const [first] = [start(), start()];
    const sending = pricelake(
      [
        ...["collect", "--source", "sample", "--seed", "2", "--to", "kafka:posts", "--dir", dir.path],
        ...["--rate", "40", "--limit", String(40 * 30)],
      ],
      env,
    );
    // The producer and the consumers work when the faults begin.
    await until("a hundred posts are sent", async () => (await sent()) >= before + 100);
    first.child.kill("SIGKILL");
    await exited(first);
    await mongo.kill();
    await sleep(5000);
    await kafka.kill();
    await kafka.start();
    await mongo.start();
    const { code, stderr } = await within(180, () => "the collector has sent all", sending);
    assert.equal(code, 0, stderr);
    const last = start();
    await allCommitted(180);
    last.child.kill("SIGINT");
    await exited(last);
    await compare();
  });

  interface Consuming {
    readonly child: ChildProcess;
    readonly said: () => string;
  }

  /** A consumer that follows the topic until it is stopped. */
  function start(): Consuming {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "tools/main.ts", ...store, "--follow"], {
      cwd: join(__dirname, "../.."),
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    children.push(child);
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    return { child, said: () => said };
  }

  const exited = ({ child, said }: Consuming) =>
    until(
      () => `the consumer ends; it said: ${said()}`,
      () => child.exitCode !== null || child.signalCode !== null,
    );
});
