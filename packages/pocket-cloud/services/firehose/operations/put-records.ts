import { randomBytes } from "node:crypto";
import type { Deliveries } from "../deliveries";
import { checkKey } from "../encryption";
import { invalidArgument } from "../errors";
import { type Make, onStream } from "../operation";
import type { DirectSource } from "../source/direct-source";
import type { FirehoseStore } from "../store";

const REQUEST_BYTES = 4 * 1024 * 1024;

const recordId = (): string => randomBytes(168).toString("base64");

function sourceOf(store: FirehoseStore, deliveries: Deliveries, name: string): DirectSource {
  const stream = store.stream(name);
  const source = deliveries.direct(stream.name);
  if (!source)
    throw invalidArgument(
      `This operation is not permitted on KinesisStreamAsSource delivery stream type. Delivery stream: ${name}`,
    );
  return source;
}

const encrypted = (store: FirehoseStore, name: string): boolean =>
  store.stream(name).encryption.Status === "ENABLED";

const EMPTY = new Uint8Array();

export const PutRecord: Make<"PutRecord"> = (store, deliveries) => ({
  resources: onStream(store),
  run: ({ DeliveryStreamName = "", Record }, { caller }) => {
    checkKey(store, store.stream(DeliveryStreamName), caller);
    sourceOf(store, deliveries, DeliveryStreamName).put([Record?.Data ?? EMPTY]);
    return { RecordId: recordId(), Encrypted: encrypted(store, DeliveryStreamName) };
  },
});

export const PutRecordBatch: Make<"PutRecordBatch"> = (store, deliveries) => ({
  resources: onStream(store),
  run: ({ DeliveryStreamName = "", Records = [] }, { caller, fault }) => {
    checkKey(store, store.stream(DeliveryStreamName), caller);
    const source = sourceOf(store, deliveries, DeliveryStreamName);
    const bytes = Records.reduce((sum, { Data = EMPTY }) => sum + Data.byteLength, 0);
    if (bytes > REQUEST_BYTES) throw invalidArgument("Records size exceeds 4 MB limit");
    const refused = Records.map(() => fault?.kind === "partial" && store.cloud.faults.random() < fault.share);
    const accepted = Records.filter((_, index) => !refused[index]).map(({ Data = EMPTY }) => Data);
    source.put(accepted);
    const code = fault?.kind === "partial" ? fault.code : "";
    return {
      FailedPutCount: Records.length - accepted.length,
      Encrypted: encrypted(store, DeliveryStreamName),
      RequestResponses: refused.map((isRefused) =>
        isRefused ? { ErrorCode: code, ErrorMessage: "Slow down." } : { RecordId: recordId() },
      ),
    };
  },
});
