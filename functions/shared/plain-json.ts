import type { PutRecordsCommandInput } from "@aws-sdk/client-kinesis";
import { AwsJson1_0Protocol, AwsJson1_1Protocol } from "@aws-sdk/core/protocols";

/**
 * Protocols that write requests with JSON.stringify. The SDK walks the schema of each attribute and puts text down byte by
 * byte: half of the time of a DynamoDB request of a hundred items, or of a Kinesis one of full records. Answers are
 * read as ever.
 */

/** For DynamoDB requests without bytes (B, BS). What the SDK would make up, ClientRequestToken, the caller gives. */
export class DynamoDbJson extends AwsJson1_0Protocol {
  protected override readonly serializer = new Writer(JSON.stringify);
}

/** For Kinesis' PutRecords. */
export class PutRecordsJson extends AwsJson1_1Protocol {
  protected override readonly serializer = new Writer((input: PutRecordsCommandInput) =>
    JSON.stringify({
      ...input,
      Records: input.Records?.map((entry) => ({ ...entry, Data: base64(entry.Data) })),
    }),
  );
}

const base64 = (data: Uint8Array | undefined): string | undefined =>
  data && Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");

/** The SDK's interface: an input is written, and then fetched. */
class Writer<Input> {
  #text = "";

  constructor(private readonly textOf: (input: Input) => string) {}

  setSerdeContext(): void {}

  write(_schema: unknown, input: unknown): void {
    this.#text = this.textOf(input as Input);
  }

  flush(): string {
    return this.#text;
  }
}
