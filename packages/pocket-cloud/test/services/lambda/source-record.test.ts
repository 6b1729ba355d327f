import { strict as assert } from "node:assert";
import fc from "fast-check";
import { eventOf, sourceRecord } from "../../../services/lambda/polling/source-record";

const origin = { shardId: "shardId-000000000000", streamArn: "arn:s", role: "arn:r", region: "us-east-1" };

describe("A record in the event of a function", () => {
  it("is JSON with the record's own key and bytes, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.constant('"data":""'), fc.constant('\\"data":""')),
        fc.uint8Array(),
        (partitionKey, data) => {
          const record = {
            SequenceNumber: "7",
            PartitionKey: partitionKey,
            Data: data,
            ApproximateArrivalTimestamp: new Date(1_767_225_600_250),
          };
          const own = sourceRecord(record, origin, 0);
          const other = sourceRecord({ ...record, SequenceNumber: "8" }, origin, 0);
          const { Records } = JSON.parse(eventOf([own, other]));
          assert.equal(Records.length, 2);
          assert.equal(Records[1].eventID, "shardId-000000000000:8");
          assert.deepEqual(Records[0].kinesis, {
            kinesisSchemaVersion: "1.0",
            partitionKey,
            sequenceNumber: "7",
            data: Buffer.from(data).toString("base64"),
            approximateArrivalTimestamp: 1_767_225_600.25,
          });
          assert.equal(Records[0].eventID, "shardId-000000000000:7");
        },
      ),
    );
  });
});
