import { strict as assert } from "node:assert";
import fc from "fast-check";
import { framedSnappy, hadoopSnappy, snappy } from "../../../services/firehose/delivery/snappy";

/** Decompresses raw Snappy as its format description defines. */
function unsnappy(data: Buffer): Buffer {
  let at = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = data[at++] as number;
    length += (byte & 127) * 2 ** shift;
    if (byte < 128) break;
  }
  const out = Buffer.alloc(length);
  let to = 0;
  while (at < data.byteLength) {
    const tag = data[at++] as number;
    const kind = tag & 3;
    let size = (tag >> 2) + 1;
    if (kind === 0) {
      if (size > 60) {
        const width = size - 60;
        size = data.readUIntLE(at, width) + 1;
        at += width;
      }
      data.copy(out, to, at, at + size);
      at += size;
      to += size;
      continue;
    }
    assert.equal(kind, 2);
    const offset = data.readUInt16LE(at);
    at += 2;
    assert.ok(offset > 0 && offset <= to);
    for (let n = 0; n < size; n++) out[to + n] = out[to + n - offset] as number;
    to += size;
  }
  assert.equal(to, length);
  return out;
}

const repetitive = fc
  .array(fc.tuple(fc.string({ maxLength: 12 }), fc.nat({ max: 60 })), { maxLength: 30 })
  .map((parts) => Buffer.from(parts.map(([text, times]) => text.repeat(times)).join("")));

describe("Snappy", () => {
  it("restores the original bytes", () => {
    fc.assert(
      fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const data = Buffer.from(bytes);
        assert.deepEqual(unsnappy(snappy(data)), data);
      }),
    );
  });

  it("compresses across more than one block", () => {
    const data = Buffer.from('{"coin":"bitcoin","price":64000.5}\n'.repeat(10_000));
    const packed = snappy(data);
    assert.ok(packed.byteLength < data.byteLength / 10);
    assert.deepEqual(unsnappy(packed), data);
  });

  it("frames chunks with their checksums", () => {
    // Chunk of "a": type 0, length 4 + 3, masked CRC-32C of "a", then varint 1, literal tag, the letter.
    const chunk = `ff060000734e61507059${"00070000"}${masked(0xc1d04330)}010061`;
    assert.equal(framedSnappy(Buffer.from("a")).toString("hex"), chunk);
    const data = Buffer.from("x".repeat(100_000));
    const framed = framedSnappy(data);
    const parts: Buffer[] = [];
    for (let at = 10; at < framed.byteLength; ) {
      const length = framed.readUIntLE(at + 1, 3);
      parts.push(unsnappy(framed.subarray(at + 8, at + 4 + length)));
      at += 4 + length;
    }
    assert.deepEqual(
      parts.map(({ byteLength }) => byteLength),
      [65_536, 34_464],
    );
    assert.deepEqual(Buffer.concat(parts), data);
  });

  it("frames blocks with their lengths for Hadoop", () => {
    const data = Buffer.from("y".repeat(300_000));
    const framed = hadoopSnappy(data);
    const parts: Buffer[] = [];
    for (let at = 0; at < framed.byteLength; ) {
      const length = framed.readUInt32BE(at + 4);
      const part = unsnappy(framed.subarray(at + 8, at + 8 + length));
      assert.equal(part.byteLength, framed.readUInt32BE(at));
      parts.push(part);
      at += 8 + length;
    }
    assert.deepEqual(Buffer.concat(parts), data);
  });
});

/** The masked checksum of the framing format. The CRC-32C of "a" is c1d04330. */
function masked(sum: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE((((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0);
  return bytes.toString("hex");
}
