import type { PutRecordsCommandInput } from "@aws-sdk/client-kinesis";
import { AwsJson1_0Protocol, AwsJson1_1Protocol } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";

/**
 * Protocols that write requests with JSON.stringify. The SDK walks the schema of each attribute and puts text down byte by
 * byte: half of the time of a DynamoDB request of a hundred items, and a third of that of a poll's PutRecords. Each
 * writes only the requests named here; answers are read as ever.
 */

/** Requests whose items hold no bytes (B, BS). What the SDK would make up, ClientRequestToken, the caller gives. */
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

/** The SDK's interface: an input is written, and then fetched. */
class Writer<Input> {
  #bytes = Buffer.alloc(0);

  constructor(private readonly texts: Readonly<Record<string, (input: Input) => string>>) {}

  setSerdeContext(): void {}

  write(schema: Parameters<typeof NormalizedSchema.of>[0], input: unknown): void {
    const name = NormalizedSchema.of(schema).getName() ?? "";
    const textOf = this.texts[name];
    if (!textOf) throw new TypeError(`no ${name} here; only ${Object.keys(this.texts).join(", ")}`);
    // As bytes at once: length, signature and socket would each encode a text again.
    this.#bytes = Buffer.from(textOf(input as Input));
  }

  flush(): Uint8Array {
    const bytes = this.#bytes;
    this.#bytes = Buffer.alloc(0);
    return bytes;
  }
}
