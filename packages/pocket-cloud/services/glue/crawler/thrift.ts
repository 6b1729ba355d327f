/** A value of a Thrift struct read without its definition: fields by their number. */
export type ThriftValue = bigint | boolean | Buffer | readonly ThriftValue[] | ThriftStruct;
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

const STOP = 0;
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;

/** The compact protocol, as far as a Parquet footer uses it. */
export class ThriftReader {
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  struct(): ThriftStruct {
    const fields = new Map<number, ThriftValue>();
    for (let id = 0; ; ) {
      const header = this.#byte();
      const type = header & 0x0f;
      if (type === STOP) return fields;
      id = header >> 4 === 0 ? Number(this.#zigzag()) : id + (header >> 4);
      fields.set(id, type === TRUE ? true : type === FALSE ? false : this.#value(type));
    }
  }

  #value(type: number): ThriftValue {
    if (type === TRUE || type === FALSE) return this.#byte() === TRUE;
    if (type === BYTE) return BigInt(this.#byte());
    if (type === DOUBLE) return this.#bytes(8);
    if (type === BINARY) return this.#bytes(Number(this.#varint()));
    if (type === LIST || type === SET) return this.#list();
    if (type === MAP) return this.#map();
    if (type === STRUCT) return this.struct();
    return this.#zigzag();
  }

  #list(): ThriftValue[] {
    const header = this.#byte();
    const count = header >> 4 === 15 ? Number(this.#varint()) : header >> 4;
    return Array.from({ length: count }, () => this.#value(header & 0x0f));
  }

  #map(): ThriftValue[] {
    const count = Number(this.#varint());
    if (count === 0) return [];
    const types = this.#byte();
    return Array.from({ length: count * 2 }, (_, i) => this.#value(i % 2 === 0 ? types >> 4 : types & 0x0f));
  }

  #byte(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw new RangeError("the Thrift structure ends too early");
    return byte;
  }

  #bytes(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.bytes.length) throw new RangeError("the Thrift structure ends too early");
    const bytes = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  #zigzag(): bigint {
    const value = this.#varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}
