import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";

/** Another container has saved a bucket since it was loaded. */
export class Conflict extends Error {
  override readonly name = "Conflict";
}

/** A table with an item per bucket. A version detects concurrent writes; items of silent buckets expire. */
export class LookBackTable {
  constructor(
    private readonly client: Pick<DynamoDBClient, "send">,
    private readonly TableName: string,
  ) {}

  async read(
    bucket: string,
    abortSignal: AbortSignal,
  ): Promise<{ readonly version: number; readonly bytes: Uint8Array } | undefined> {
    const command = new GetItemCommand({
      TableName: this.TableName,
      Key: { bucket: { S: bucket } },
      ConsistentRead: true,
    });
    const { Item } = await this.client.send(command, { abortSignal });
    return Item && { version: Number(Item.version?.N), bytes: Item.look_back?.B ?? new Uint8Array() };
  }

  /** Replaces the item of this version; 0 for one that does not exist. */
  async write(
    bucket: string,
    version: number,
    bytes: Uint8Array,
    expiresAt: number,
    abortSignal: AbortSignal,
  ): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.TableName,
      Item: {
        bucket: { S: bucket },
        version: { N: String(version + 1) },
        look_back: { B: bytes },
        expires_at: { N: String(Math.ceil(expiresAt / 1000)) },
      },
      ...(version === 0
        ? { ConditionExpression: "attribute_not_exists(#version)" }
        : {
            ConditionExpression: "#version = :version",
            ExpressionAttributeValues: { ":version": { N: String(version) } },
          }),
      ExpressionAttributeNames: { "#version": "version" },
    });
    await this.client.send(command, { abortSignal }).catch((error: unknown) => {
      if (error instanceof ConditionalCheckFailedException)
        throw new Conflict(`bucket ${bucket} was saved meanwhile`);
      throw error;
    });
  }
}
