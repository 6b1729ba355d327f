import { BIGINT, BLOB, BOOLEAN, DOUBLE, DuckDBBlobValue, INTEGER, VARCHAR } from "@duckdb/node-api";
import { fail, type Native } from "./native";

const blob = (bytes: Uint8Array): DuckDBBlobValue => new DuckDBBlobValue(bytes);
const bad = (message: string): never => fail("INVALID_FUNCTION_ARGUMENT", message);

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Both write to a buffer: growing a text or an array by one takes a multiple of the memory and time. */
function toBase32(bytes: Uint8Array): string {
  const text = Buffer.alloc(Math.ceil(bytes.length / 5) * 8, "=");
  let [held, bits, end] = [0, 0, 0];
  const put = (digit: number) => {
    text[end++] = ALPHABET.charCodeAt(digit);
  };
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) put((held >> (bits - 5)) & 31);
    held &= 31;
  }
  if (bits > 0) put((held << (5 - bits)) & 31);
  return text.toString("latin1");
}

function fromBase32(text: string): Uint8Array {
  const digits = text.replace(/=+$/, "");
  if (!/^[A-Z2-7]*$/.test(digits) || [1, 3, 6].includes(digits.length % 8))
    return bad(`Invalid input: ${text}`);
  const bytes = new Uint8Array(Math.floor((digits.length * 5) / 8));
  let [held, bits, end] = [0, 0, 0];
  for (let at = 0; at < digits.length; at++) {
    held = ((held << 5) | ALPHABET.indexOf(digits.charAt(at))) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[end++] = (held >> bits) & 0xff;
    }
  }
  return bytes;
}

/** Base64 of either alphabet; the padding may be missing. */
function fromBase64(text: string, digits: RegExp): Uint8Array {
  const body = text.replace(/={1,2}$/, "");
  const isPadded = body.length < text.length;
  if (!digits.test(body) || body.length % 4 === 1 || (isPadded && text.length % 4 !== 0))
    return bad("Input byte[] is not valid base64");
  return Buffer.from(body, "base64");
}

/** Adds copies of the padding to the start or end, or cuts the end. */
function pad(value: Uint8Array, size: number, by: Uint8Array, side: string): Uint8Array {
  if (size < 0 || size > 2 ** 31 - 1) return bad("Target length must be in the range [0..2147483647]");
  if (by.length === 0) return bad("Padding bytes must not be empty");
  if (size <= value.length) return value.slice(0, size);
  const padding = Uint8Array.from({ length: size - value.length }, (_, i) => by[i % by.length] ?? 0);
  return Buffer.concat(side === "left" ? [padding, value] : [value, padding]);
}

/** Positions start at 1; negative ones count from the end. */
function slice(value: Uint8Array, start: number, length: number): Uint8Array {
  const from = start > 0 ? start - 1 : value.length + start;
  if (start === 0 || from < 0 || from >= value.length || length <= 0) return new Uint8Array();
  return value.slice(from, Math.min(value.length, from + length));
}

/** A number of a fixed size in a binary. */
const read =
  <T>(name: string, size: number, take: (bytes: Buffer) => T) =>
  (value: DuckDBBlobValue): T =>
    value.bytes.length === size
      ? take(Buffer.from(value.bytes))
      : bad(`expected ${size}-byte input for ${name}`);

const written = (size: number, write: (bytes: Buffer) => void): DuckDBBlobValue => {
  const bytes = Buffer.alloc(size);
  write(bytes);
  return blob(bytes);
};

export const binaryNatives: readonly Native[] = [
  {
    name: "trino_to_base32",
    takes: [BLOB],
    gives: VARCHAR,
    run: (value: DuckDBBlobValue) => toBase32(value.bytes),
  },
  { name: "trino_from_base32", takes: [VARCHAR], gives: BLOB, run: (text: string) => blob(fromBase32(text)) },
  {
    name: "trino_from_base64",
    takes: [VARCHAR],
    gives: BLOB,
    run: (text: string) => blob(fromBase64(text, /^[A-Za-z0-9+/]*$/)),
  },
  {
    name: "trino_from_base64url",
    takes: [VARCHAR],
    gives: BLOB,
    run: (text: string) => blob(fromBase64(text, /^[A-Za-z0-9_-]*$/)),
  },
  {
    name: "trino_binary_pad",
    takes: [BLOB, BIGINT, BLOB, VARCHAR],
    gives: BLOB,
    run: (value: DuckDBBlobValue, size: bigint, by: DuckDBBlobValue, side: string) =>
      blob(pad(value.bytes, Number(size), by.bytes, side)),
  },
  {
    name: "trino_binary_slice",
    takes: [BLOB, BIGINT, BIGINT],
    gives: BLOB,
    run: (value: DuckDBBlobValue, start: bigint, length: bigint) =>
      blob(slice(value.bytes, Number(start), Number(length))),
  },
  {
    name: "trino_binary_reverse",
    takes: [BLOB],
    gives: BLOB,
    run: (value: DuckDBBlobValue) => blob(Uint8Array.from(value.bytes).reverse()),
  },
  {
    name: "trino_from_big_endian_32",
    takes: [BLOB],
    gives: INTEGER,
    run: read("from_big_endian_32", 4, (bytes) => bytes.readInt32BE()),
  },
  {
    name: "trino_from_big_endian_64",
    takes: [BLOB],
    gives: BIGINT,
    run: read("from_big_endian_64", 8, (bytes) => bytes.readBigInt64BE()),
  },
  {
    name: "trino_from_ieee754_32",
    takes: [BLOB],
    gives: DOUBLE,
    run: read("from_ieee754_32", 4, (bytes) => bytes.readFloatBE()),
  },
  {
    name: "trino_from_ieee754_64",
    takes: [BLOB],
    gives: DOUBLE,
    run: read("from_ieee754_64", 8, (bytes) => bytes.readDoubleBE()),
  },
  {
    name: "trino_to_big_endian_32",
    takes: [INTEGER],
    gives: BLOB,
    run: (value: number) => written(4, (bytes) => bytes.writeInt32BE(value)),
  },
  {
    name: "trino_to_big_endian_64",
    takes: [BIGINT],
    gives: BLOB,
    run: (value: bigint) => written(8, (bytes) => bytes.writeBigInt64BE(value)),
  },
  {
    name: "trino_to_ieee754_32",
    takes: [DOUBLE],
    gives: BLOB,
    run: (value: number) => written(4, (bytes) => bytes.writeFloatBE(value)),
  },
  {
    name: "trino_to_ieee754_64",
    takes: [DOUBLE],
    gives: BLOB,
    run: (value: number) => written(8, (bytes) => bytes.writeDoubleBE(value)),
  },
  {
    name: "trino_luhn_check",
    takes: [VARCHAR],
    gives: BOOLEAN,
    run: (text: string) => {
      if (text === "") return false;
      if (!/^\d+$/.test(text)) return bad("Input must contain only digits");
      const sum = [...text].reverse().reduce((total, digit, i) => {
        const doubled = Number(digit) * (i % 2 === 1 ? 2 : 1);
        return total + (doubled > 9 ? doubled - 9 : doubled);
      }, 0);
      return sum % 10 === 0;
    },
  },
];
