import { AthenaClient } from "@aws-sdk/client-athena";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { S3Client } from "@aws-sdk/client-s3";
import type { Connection } from "./connect";

export interface Clients {
  readonly athena: AthenaClient;
  readonly cloudwatch: CloudWatchClient;
  readonly dynamodb: DynamoDBClient;
  readonly kinesis: KinesisClient;
  readonly s3: S3Client;
  /** Closes the clients' sockets, which would delay the end of the process. */
  close(): void;
}

export function clientsFor(connection: Connection): Clients {
  const athena = new AthenaClient(connection);
  const cloudwatch = new CloudWatchClient(connection);
  const dynamodb = new DynamoDBClient(connection);
  const kinesis = new KinesisClient(connection);
  const s3 = new S3Client({ ...connection, forcePathStyle: connection.endpoint !== undefined });
  return {
    athena,
    cloudwatch,
    dynamodb,
    kinesis,
    s3,
    close: () => {
      for (const client of [athena, cloudwatch, dynamodb, kinesis, s3]) client.destroy();
    },
  };
}
