import { kinesisSource } from "./kinesis-source";
import type { StreamSource } from "./stream-source";
import { tableSource } from "./table-source";

export const sourceOf = (arn: string): StreamSource =>
  arn.includes(":dynamodb:") ? tableSource : kinesisSource;
