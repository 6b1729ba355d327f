import { crc32 } from "node:zlib";
import type { ShardIteratorType } from "@aws-sdk/client-dynamodb-streams";
import { AwsError, unsupported, validationError } from "../../../errors";
import type { Operations } from "../../../service";
import type { TableStore } from "../store";
import type { Place, TableStream } from "../streams/table-stream";

/** Source: API reference, GetShardIterator: "A shard iterator expires 15 minutes after it is returned". */
const ITERATOR_LIFE_MS = 15 * 60_000;

interface Iterator extends Place {
  readonly stream: string;
  readonly issuedAt: number;
}

/** DynamoDB Streams: a second API of the service, with the same signing name and IAM prefix. */
export function streamOperations(store: TableStore) {
  const { streams, cloud } = store;
  const resources = ({ StreamArn = "" }: { StreamArn?: string | undefined }) => [StreamArn];
  return {
    ListStreams: {
      run: ({ TableName, Limit = 100, ExclusiveStartStreamArn: after = "" }) => {
        const found = streams
          .list()
          .filter(
            ({ arn, tableName }) => arn > after && (!TableName || tableName === store.nameOf(TableName)),
          );
        const page = found.slice(0, Limit);
        return {
          Streams: page.map((stream) => ({
            StreamArn: stream.arn,
            TableName: stream.tableName,
            StreamLabel: stream.label,
          })),
          ...(found.length > Limit && { LastEvaluatedStreamArn: page.at(-1)?.arn }),
        };
      },
    },
    DescribeStream: {
      resources,
      run: ({ StreamArn, ExclusiveStartShardId, ShardFilter }) => {
        const stream = streams.find(StreamArn);
        const { definition } = stream;
        const { disabledAt } = definition;
        // The only shard has no children and does not come after itself.
        const listed = ExclusiveStartShardId === undefined && ShardFilter?.Type !== "CHILD_SHARDS";
        const range = {
          StartingSequenceNumber: stream.firstSequenceNumber,
          ...(disabledAt !== undefined && { EndingSequenceNumber: stream.lastSequenceNumber }),
        };
        return {
          StreamDescription: {
            StreamArn: definition.arn,
            StreamLabel: definition.label,
            StreamStatus: disabledAt === undefined ? "ENABLED" : "DISABLED",
            StreamViewType: definition.view,
            CreationRequestDateTime: new Date(definition.createdAt),
            TableName: definition.tableName,
            KeySchema: [...definition.keySchema],
            Shards: listed ? [{ ShardId: definition.shardId, SequenceNumberRange: range }] : [],
          },
        };
      },
    },
    GetShardIterator: {
      resources,
      run: ({ StreamArn, ShardId, ShardIteratorType: type, SequenceNumber }) => {
        if (String(type) === "AT_TIMESTAMP") throw unsupported("AT_TIMESTAMP iterators of DynamoDB Streams");
        const stream = streams.find(StreamArn);
        if (ShardId !== stream.definition.shardId)
          throw new AwsError(
            "ResourceNotFoundException",
            `Requested resource not found: Shard does not exist: ${ShardId}`,
          );
        return { ShardIterator: encode(stream, startOf(stream, type, SequenceNumber), cloud.clock.now()) };
      },
    },
    GetRecords: {
      resources: ({ ShardIterator = "" }) => [decode(ShardIterator).stream],
      run: ({ ShardIterator = "", Limit = 1000 }) => {
        const iterator = decode(ShardIterator);
        const now = cloud.clock.now();
        if (iterator.issuedAt < now - ITERATOR_LIFE_MS)
          throw new AwsError("ExpiredIteratorException", "Iterator expired. Get a new shard iterator.");
        const stream = streams.find(iterator.stream);
        const { records, next, ended } = stream.read(notTrimmed(stream, iterator), Limit);
        return { Records: records, ...(!ended && { NextShardIterator: encode(stream, next, now) }) };
      },
    },
  } satisfies Operations<"dynamodb">;
}

function startOf(
  stream: TableStream,
  type: ShardIteratorType | undefined,
  sequenceNumber: string | undefined,
): Place {
  if (type === "LATEST") return stream.next;
  if (type === "TRIM_HORIZON") return stream.oldest;
  if (sequenceNumber === undefined)
    throw validationError(`SequenceNumber must be specified for the shard iterator type ${type}`);
  const place = stream.placeOf(sequenceNumber);
  if (!place)
    throw validationError(
      `Invalid SequenceNumber: ${sequenceNumber} is not of shard ${stream.definition.shardId}`,
    );
  return notTrimmed(stream, type === "AFTER_SEQUENCE_NUMBER" ? { ...place, item: place.item + 1 } : place);
}

/** Source: API reference, TrimmedDataAccessException. */
function notTrimmed(stream: TableStream, place: Place): Place {
  const { write } = stream.oldest;
  // The place after the last item of a write is the beginning of the next.
  if (place.write + (place.item > 0 ? 1 : 0) >= write) return place;
  throw new AwsError(
    "TrimmedDataAccessException",
    "The operation attempted to read past the oldest stream record in a shard",
  );
}

/** An iterator's content needs no secrecy: GetRecords authorizes access to the stream that it names. */
function encode({ definition }: TableStream, { write, item }: Place, issuedAt: number): string {
  const iterator: Iterator = { stream: definition.arn, write, item, issuedAt };
  const body = Buffer.from(JSON.stringify(iterator)).toString("base64");
  return `${definition.arn}|1|${body}|${crc32(body).toString(16)}`;
}

function decode(text: string): Iterator {
  const [, version, body = "", sum] = text.split("|");
  if (version !== "1" || sum !== crc32(body).toString(16)) throw validationError("Invalid ShardIterator");
  return JSON.parse(Buffer.from(body, "base64").toString()) as Iterator;
}
