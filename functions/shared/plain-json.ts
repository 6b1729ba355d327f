import type { PutRecordsCommandInput } from "@aws-sdk/client-kinesis";
import { AwsJson1_0Protocol, AwsJson1_1Protocol } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";

/**
 * Protocols that serialise requests with JSON.stringify. The SDK's own serialiser walks the schema of every
 * attribute and writes strings byte by byte: half the time of a DynamoDB request with a hundred items, a
 * third of a poll's PutRecords. Each protocol serialises only the requests named here. Answers use the SDK's
 * parser.
 */

/**
 * Requests without binary attributes (B, BS). The caller must set ClientRequestToken, which the SDK would
 * generate.
 */
export class DynamoDbJson extends AwsJson1_0Protocol {
  protected override readonly serializer = new Writer({
    BatchGetItemInput: JSON.stringify,
    BatchWriteItemInput: JSON.stringify,
    PutItemInput: JSON.stringify,
    TransactWriteItemsInput: JSON.stringify,
  });
}

export class PutRecordsJson extends AwsJson1_1Protocol {
  protected override readonly serializer = new Writer({
    PutRecordsInput: (input: PutRecordsCommandInput) =>
      JSON.stringify({
        ...input,
        Records: input.Records?.map((entry) => ({ ...entry, Data: base64(entry.Data) })),
      }),
  });
}

const base64 = (data: Uint8Array | undefined): string | undefined =>
  data && Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");

/** The SDK's serialiser interface: write a value, then flush the result. */
class Writer<Input> {
  #bytes = Buffer.alloc(0);

  constructor(private readonly texts: Readonly<Record<string, (input: Input) => string>>) {}

  setSerdeContext(): void {}

  write(schema: Parameters<typeof NormalizedSchema.of>[0], input: unknown): void {
    const name = NormalizedSchema.of(schema).getName() ?? "";
    const textOf = this.texts[name];
    if (!textOf) throw new TypeError(`no ${name} here; only ${Object.keys(this.texts).join(", ")}`);
    // Encoded once here. As a string it would be encoded for the length, for the signature and for the
    // socket.
    this.#bytes = Buffer.from(textOf(input as Input));
  }

  flush(): Uint8Array {
    const bytes = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    return bytes;
  }
}
