import { strict as assert } from "node:assert";
import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { type FeedDefinition, feeds, type Row } from "../../data/feeds";
import { laneOf } from "../../data/records/pack";
import { RuleBook } from "../../functions/evaluate-rules/core";
import { thin } from "../../functions/evaluate-rules/history";
import { LookBack } from "../../functions/evaluate-rules/look-back";
import { Conflict, type LookBackTable } from "../../functions/evaluate-rules/look-back-table";
import { readRules } from "../../functions/evaluate-rules/read-rules";
import { type Cloud, startCloud } from "../../packages/pocket-cloud";
import { connectionOf } from "../support/cloud";
import { temporaryDirectory } from "../support/temporary";
import { coldStart, logged } from "./support/bundle";
import { batch, coin, context, line, sequence } from "./support/events";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 2, 3, minute)).toISOString();
const priced = (id: string, minute: number, price: number) =>
  line(coin(id, at(minute), price, { market_cap_rank: 50 }));

/** The rule "crash" of crypto.json is critical, and looks back an hour. */
describe("The look-back of critical rules", () => {
  const dir = temporaryDirectory();
  let cloud: Cloud;
  let dynamodb: DynamoDBClient;
  let sns: SNSClient;
  let TOPIC_ARN = "";
  let TableName = "";
  let tables = 0;

  before(async () => {
    cloud = await startCloud({ dir: dir.path });
    dynamodb = new DynamoDBClient(connectionOf(cloud));
    sns = new SNSClient(connectionOf(cloud));
    TOPIC_ARN = (await sns.send(new CreateTopicCommand({ Name: "alerts" }))).TopicArn ?? "";
  });
  beforeEach(async () => {
    TableName = `look-back-${++tables}`;
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "bucket", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "bucket", KeyType: "HASH" }],
      }),
    );
  });
  afterEach(() => cloud.faults.set([]));
  after(async () => {
    dynamodb.destroy();
    sns.destroy();
    await cloud.stop();
    dir.remove();
  });

  /** A new container of the function. */
  const container = (buckets = 4) =>
    coldStart("evaluate-rules", cloud, {
      FEED: "crypto",
      TOPIC_ARN,
      LOOK_BACK_TABLE: TableName,
      LOOK_BACK_BUCKETS: String(buckets),
    });

  type Handler = Awaited<ReturnType<typeof container>>;

  /** [published, repeated, retried from] of a batch. */
  async function run(handler: Handler, ...lines: string[]) {
    const { lines: logs, result } = await logged(() => handler(batch(...lines), context()));
    const outcome = logs.find(({ message }) => message === "evaluated");
    const [failure] = (result as { batchItemFailures: { itemIdentifier: string }[] }).batchItemFailures;
    return [outcome?.published, outcome?.repeated, failure?.itemIdentifier];
  }

  it("survives the loss of the container", async () => {
    assert.deepEqual(await run(await container(), priced("aave", 0, 100)), [0, 0, undefined]);
    assert.deepEqual(await run(await container(), priced("aave", 5, 84)), [1, 0, undefined]);
  });

  it("is the same for two containers that get a subject's batches in turn", async () => {
    const [first, second] = [await container(), await container()];
    await run(first, priced("aave", 0, 100), priced("maker", 0, 50));
    await run(second, priced("aave", 5, 97), priced("maker", 5, 49));
    await run(first, priced("aave", 10, 94), priced("maker", 10, 48));
    await run(second, priced("aave", 15, 89), priced("maker", 15, 47));
    // Each saw only half of the prices, and the lowest change of both halves is 11 %.
    assert.deepEqual(await run(first, priced("aave", 20, 84.9), priced("maker", 20, 46)), [1, 0, undefined]);
  });

  it("remembers which alerts were sent in their period", async () => {
    await run(await container(), priced("aave", 0, 100));
    assert.deepEqual(await run(await container(), priced("aave", 5, 80)), [1, 0, undefined]);
    assert.deepEqual(await run(await container(), priced("aave", 10, 80)), [0, 1, undefined]);
  });

  it("keeps the rows before an alert that could not be published", async () => {
    cloud.faults.set([
      { service: "sns", operation: "Publish", fault: { kind: "error", code: "InternalError", status: 500 } },
    ]);
    const rows = [priced("aave", 0, 100), priced("aave", 5, 80), priced("aave", 70, 80)];
    assert.deepEqual(await run(await container(), ...rows), [0, 0, sequence(2)]);
    cloud.faults.set([]);
    // Lambda takes the first record for processed, and sends the others to any container.
    assert.deepEqual(await run(await container(), ...rows.slice(1)), [1, 0, undefined]);
  });

  it("retries the batch when the table cannot be read or written, and sends no alert twice", async () => {
    await run(await container(), priced("aave", 0, 100));
    for (const operation of ["GetItem", "PutItem"]) {
      const handler = await container();
      cloud.faults.set([
        {
          service: "dynamodb",
          operation,
          fault: { kind: "error", code: "InternalServerError", status: 500 },
        },
      ]);
      const lines = [priced("tron", 5, 80), priced("aave", 5, 80)];
      assert.equal((await run(handler, ...lines))[2], sequence(1), operation);
      cloud.faults.set([]);
    }
    assert.equal((await run(await container(), priced("aave", 6, 80)))[2], undefined);
  });

  it("merges what two containers save of one bucket at the same time", async () => {
    const [first, second] = [await container(1), await container(1)];
    for (let minute = 0; minute < 15; minute += 5)
      await logged(() =>
        Promise.all([
          first(batch(priced("aave", minute, 100)), context()),
          second(batch(priced("maker", minute, 100)), context()),
        ]),
      );
    assert.deepEqual(await run(await container(1), priced("aave", 20, 80), priced("maker", 20, 80)), [
      2,
      0,
      undefined,
    ]);
  });

  it("expires a day after it can no longer be used", async () => {
    const before = Math.floor(Date.now() / 1000);
    await run(await container(), priced("aave", 0, 100));
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
    const [item] = Items;
    assert.deepEqual(Object.keys(item ?? {}).sort(), ["bucket", "expires_at", "look_back", "version"]);
    assert.equal(item?.bucket?.S, String(laneOf("aave", 4)));
    const left = Number(item?.expires_at?.N) - before;
    assert.ok(left >= 90_000 && left < 90_060, `${left} s`);
  });
});

describe("A bucket of the look-back", () => {
  const crypto = feeds.crypto as FeedDefinition;
  const rules = readRules(
    crypto,
    {
      feed: "crypto",
      rules: [
        {
          name: "slow",
          description: "d",
          severity: "critical",
          once: "1h",
          when: { fact: "price_usd", measure: "percentChange", over: "1d", operator: "lessThan", value: -50 },
          message: "m",
        },
      ],
    },
    new Map(),
  );
  const signal = new AbortController().signal;

  /** A table in memory that refuses items larger than DynamoDB's limit. */
  function memoryTable() {
    const items = new Map<string, { version: number; bytes: Uint8Array }>();
    const table: Pick<LookBackTable, "read" | "write"> = {
      read: async (bucket) => items.get(bucket),
      write: async (bucket, version, bytes) => {
        if ((items.get(bucket)?.version ?? 0) !== version) throw new Conflict();
        assert.ok(bytes.length < 400_000, `${bytes.length} bytes`);
        items.set(bucket, { version: version + 1, bytes });
      },
    };
    return { items, table: table as LookBackTable };
  }

  it("stays within DynamoDB's limit with many subjects, and still has the window's begin and the newest value", async () => {
    const { table } = memoryTable();
    const subjects = Array.from({ length: 1000 }, (_, i) => `coin-${i}`);
    const book = new RuleBook(crypto, rules, new Map());
    const lookBack = new LookBack(table, book, 1);
    const loaded = await lookBack.load(subjects, signal);
    for (let minute = 0; minute < 1440; minute += 30)
      for (const [i, subject] of subjects.entries())
        book.evaluate(coin(subject, at(minute), 1000 + Math.sin(i * minute) * 10) as Row);
    await lookBack.save(loaded, [], signal);

    const next = new RuleBook(crypto, rules, new Map());
    await new LookBack(table, next, 1).load(subjects, signal);
    assert.equal(next.subjects().length, 1000);
    assert.equal(next.past("coin-7", 120)[0]?.at, Date.parse(at(0)));
    assert.equal(next.past("coin-7", 120).at(-1)?.at, Date.parse(at(1410)));
    assert.equal(next.evaluate(coin("coin-7", at(1435), 400) as Row).length, 1);
  });

  it("keeps the first event of each part of the look-back, and the newest", () => {
    const events = [0, 10, 20, 31, 59, 60, 61, 62].map((time) => ({ at: time, row: {} as Row }));
    assert.deepEqual(
      thin(events, 62, [300], 10).map(({ at: time }) => time),
      [0, 31, 60, 62],
    );
    assert.deepEqual(
      thin(events, 62, [300, 40], 10).map(({ at: time }) => time),
      [0, 31, 59, 60, 62],
      "a shorter look-back has parts of its own",
    );
  });
});
