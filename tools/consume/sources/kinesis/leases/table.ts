import {
  type AttributeValue,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { pause } from "../../../../../functions/shared/backoff";
import { Failure } from "../../../../kit/errors";
import { type Lease, SHARD_END } from "./lease";

type Item = Record<string, AttributeValue>;

/** The item that keeps where a group began. */
const START = "start";
const POLL_MS = 500;

/**
 * The leases of a consumer group: one DynamoDB table per group, with the partition key `stream` and the sort key `shardId`.
 * Every change is conditional on what was read, so that two processes never hold one lease.
 */
export class LeaseTable {
  constructor(
    private readonly dynamodb: DynamoDBClient,
    private readonly table: string,
    /** Name and creation time: a new stream of the same name has other shards. */
    private readonly stream: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Creates the table when it does not exist, and waits until it can be used. */
  async open(): Promise<void> {
    for (;;) {
      const found = await this.#describe();
      if (found?.TableStatus === "ACTIVE") {
        const keys = found.KeySchema?.map(({ AttributeName }) => AttributeName).join(", ");
        if (keys !== "stream, shardId")
          throw new Failure(`the table ${this.table} is no table of leases: it has the keys ${keys}`);
        return;
      }
      if (!found) await this.#create();
      await pause(POLL_MS, this.signal);
    }
  }

  async #describe() {
    try {
      const command = new DescribeTableCommand({ TableName: this.table });
      return (await this.dynamodb.send(command, this.#abort)).Table;
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }

  async #create(): Promise<void> {
    const command = new CreateTableCommand({
      TableName: this.table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["stream", "shardId"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: [
        { AttributeName: "stream", KeyType: "HASH" },
        { AttributeName: "shardId", KeyType: "RANGE" },
      ],
    });
    try {
      await this.dynamodb.send(command, this.#abort);
    } catch (error) {
      // Another process of the group was first.
      if (!(error instanceof ResourceInUseException)) throw error;
    }
  }

  /** Where the group begins: at the position that its first process was started with. */
  async start(position: string): Promise<{ readonly position: string; readonly isNew: boolean }> {
    const isNew = await this.#putNew({ shardId: { S: START }, position: { S: position } });
    if (isNew) return { position, isNew };
    const found = (await this.#items()).find(({ shardId }) => shardId?.S === START);
    return { position: found?.position?.S ?? position, isNew };
  }

  async leases(): Promise<Lease[]> {
    return (await this.#items()).filter(({ shardId }) => shardId?.S !== START).map(leaseOf);
  }

  /** Adds a lease for a shard that has none. */
  async add(shardId: string, parents: readonly string[]): Promise<void> {
    await this.#putNew({
      shardId: { S: shardId },
      parents: { L: parents.map((S) => ({ S })) },
      term: { N: "0" },
      renewals: { N: "0" },
    });
  }

  /** Takes a lease as it was read; undefined when another process was first, or its holder lives. */
  take({ shardId, term, renewals }: Lease, worker: string): Promise<Lease | undefined> {
    return this.#update(shardId, {
      change: "SET worker = :worker, term = term + :one, renewals = renewals + :one REMOVE wanted",
      condition:
        "term = :term AND renewals = :renewals AND (attribute_not_exists(checkpoint) OR checkpoint <> :end)",
      values: {
        ":worker": { S: worker },
        ":one": { N: "1" },
        ":term": { N: String(term) },
        ":renewals": { N: String(renewals) },
        ":end": { S: SHARD_END },
      },
    });
  }

  /** Renews a lease that this process holds, and saves its checkpoint; undefined when the lease is lost. */
  renew({ shardId, term }: Lease, checkpoint: string | undefined): Promise<Lease | undefined> {
    return this.#update(shardId, {
      change: `SET renewals = renewals + :one${checkpoint === undefined ? "" : ", checkpoint = :checkpoint"}`,
      condition: "term = :term",
      values: {
        ":one": { N: "1" },
        ":term": { N: String(term) },
        ...(checkpoint !== undefined && { ":checkpoint": { S: checkpoint } }),
      },
    });
  }

  /** Gives a lease up, with its last checkpoint. */
  release({ shardId, term }: Lease, checkpoint: string | undefined): Promise<Lease | undefined> {
    return this.#update(shardId, {
      change: `SET renewals = renewals + :one, term = term + :one${checkpoint === undefined ? "" : ", checkpoint = :checkpoint"} REMOVE worker, wanted`,
      condition: "term = :term",
      values: {
        ":one": { N: "1" },
        ":term": { N: String(term) },
        ...(checkpoint !== undefined && { ":checkpoint": { S: checkpoint } }),
      },
    });
  }

  /** Asks the holder to hand a lease over. */
  request({ shardId, term }: Lease, worker: string): Promise<Lease | undefined> {
    return this.#update(shardId, {
      change: "SET wanted = :worker",
      condition: "term = :term AND attribute_not_exists(wanted)",
      values: { ":worker": { S: worker }, ":term": { N: String(term) } },
    });
  }

  async #update(
    shardId: string,
    { change, condition, values }: { change: string; condition: string; values: Item },
  ): Promise<Lease | undefined> {
    try {
      const { Attributes } = await this.dynamodb.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: { stream: { S: this.stream }, shardId: { S: shardId } },
          UpdateExpression: change,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
          ReturnValues: "ALL_NEW",
        }),
      );
      return leaseOf(Attributes ?? {});
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  async #putNew(item: Item): Promise<boolean> {
    try {
      await this.dynamodb.send(
        new PutItemCommand({
          TableName: this.table,
          Item: { stream: { S: this.stream }, ...item },
          ConditionExpression: "attribute_not_exists(shardId)",
        }),
        this.#abort,
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async #items(): Promise<Item[]> {
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const page: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } =
        await this.dynamodb.send(
          new QueryCommand({
            TableName: this.table,
            ConsistentRead: true,
            KeyConditionExpression: "#stream = :stream",
            ExpressionAttributeNames: { "#stream": "stream" },
            ExpressionAttributeValues: { ":stream": { S: this.stream } },
            ...(from && { ExclusiveStartKey: from }),
          }),
          this.#abort,
        );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  }

  get #abort() {
    return { abortSignal: this.signal };
  }
}

const leaseOf = ({ shardId, parents, worker, term, renewals, checkpoint, wanted }: Item): Lease => ({
  shardId: shardId?.S ?? "",
  parents: (parents?.L ?? []).map(({ S = "" }) => S),
  worker: worker?.S,
  term: Number(term?.N),
  renewals: Number(renewals?.N),
  checkpoint: checkpoint?.S,
  wanted: wanted?.S,
});
