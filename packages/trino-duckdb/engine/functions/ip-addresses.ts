import { isIPv4, isIPv6 } from "node:net";
import { BLOB, BOOLEAN, DuckDBBlobValue, VARCHAR } from "@duckdb/node-api";
import { fail, type Native } from "./native";

const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** The sixteen bytes of an address; undefined if the text is none. */
function bytesOf(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from([...MAPPED, ...text.split(".").map(Number)]);
  if (!isIPv6(text) || text.includes("%")) return undefined;
  const [head = "", tail] = text.split("::");
  const [left, right] = [head, tail ?? ""].map((side) =>
    side
      .split(":")
      .filter((one) => one !== "")
      .flatMap(groups),
  );
  if (!left || !right) return undefined;
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return Uint8Array.from([...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]));
}

/** A group of an IPv6 address, or the two of an IPv4 address at its end. */
function groups(part: string): number[] {
  if (!part.includes(".")) return [Number.parseInt(part, 16)];
  const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** IPv4 with dots; the longest run of zero groups of IPv6 as ::. */
export function ipText(bytes: Uint8Array): string {
  if (MAPPED.every((byte, i) => bytes[i] === byte)) return bytes.slice(12).join(".");
  const all = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  let [start, length] = [-1, 1];
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (all[to] === "0") to++;
    if (to - from > length) [start, length] = [from, to - from];
  }
  if (start < 0) return all.join(":");
  return `${all.slice(0, start).join(":")}::${all.slice(start + length).join(":")}`;
}

/** Whether an address is in a network such as 10.0.0.0/8. */
function isInNetwork(network: string, address: Uint8Array): boolean {
  const bad = () => fail("INVALID_FUNCTION_ARGUMENT", "Invalid CIDR");
  const [text = "", length = "", more] = network.split("/");
  const base = bytesOf(text);
  if (!base || more !== undefined || !/^\d+$/.test(length)) return bad();
  const isMapped = (bytes: Uint8Array) => MAPPED.every((byte, i) => bytes[i] === byte);
  const most = isMapped(base) ? 32 : 128;
  if (Number(length) > most) return bad();
  if (isMapped(base) !== isMapped(address)) return false;
  const bits = Number(length) + 128 - most;
  return base.every((byte, i) => {
    const kept = Math.max(0, Math.min(8, bits - 8 * i));
    const mask = (0xff << (8 - kept)) & 0xff;
    return (byte & mask) === ((address[i] ?? 0) & mask);
  });
}

export const ipNatives: readonly Native[] = [
  {
    name: "trino_ip",
    takes: [VARCHAR],
    gives: BLOB,
    run: (text: string) => {
      const bytes = bytesOf(text);
      return bytes
        ? new DuckDBBlobValue(bytes)
        : fail("INVALID_CAST_ARGUMENT", `Cannot cast value to IPADDRESS: ${text}`);
    },
  },
  {
    name: "trino_ip_text",
    takes: [BLOB],
    gives: VARCHAR,
    run: (value: DuckDBBlobValue) => ipText(value.bytes),
  },
  {
    name: "trino_ip_within",
    takes: [VARCHAR, BLOB],
    gives: BOOLEAN,
    run: (network: string, value: DuckDBBlobValue) => isInNetwork(network, value.bytes),
  },
];
