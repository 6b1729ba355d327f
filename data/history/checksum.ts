import { createHash } from "node:crypto";
import type { ColumnType, FeedDefinition, Row } from "../feeds/contract";
import { sqlName } from "../feeds/glue";
import { partitionOf } from "../feeds/instant";
import { tablesOf } from "../names";

/** Rows cannot contain this character, see csvSerde. */
const SEPARATOR = "\u0001";
/** Hexadecimal digits of a row's MD5 that are added up: sums of two thousand million rows fit into 64 bits. */
const DIGITS = 8;

/** A value as text, with all its digits. A double is its bits, because engines print doubles in different ways. */
const texts: Readonly<Record<ColumnType, (value: Row[string]) => string>> = {
  string: String,
  boolean: String,
  bigint: String,
  double: (value) => {
    const bits = Buffer.alloc(8);
    bits.writeDoubleBE(Number(value));
    return bits.toString("hex").toUpperCase();
  },
  timestamp: (value) => String(Date.parse(String(value))),
};

const textsInSql: Readonly<Record<ColumnType, (name: string) => string>> = {
  string: (name) => name,
  boolean: (name) => `CAST(${name} AS varchar)`,
  bigint: (name) => `CAST(${name} AS varchar)`,
  double: (name) => `to_hex(to_ieee754_64(${name}))`,
  timestamp: (name) => `CAST(CAST(round(to_unixtime(${name}) * 1000) AS bigint) AS varchar)`,
};

/** A row of history as one text, hour included. */
export function rowText(feed: FeedDefinition, row: Row): string {
  const cells = Object.entries(feed.columns).map(([name, { type }]) =>
    row[name] === null ? "" : texts[type](row[name] ?? ""),
  );
  return [partitionOf(String(row[feed.eventTime])).hour, ...cells].join(SEPARATOR);
}

/** A number for a row. The sum over rows is the same in each order, and another one when a value differs. */
export const rowChecksum = (text: string): number =>
  Number.parseInt(createHash("md5").update(text).digest("hex").slice(0, DIGITS), 16);

/** Rows and sum of the checksums of a run, by day. */
export function checksumSql(
  feed: FeedDefinition,
  database: string,
  run: string,
  days: readonly string[],
): string {
  const cells = Object.entries(feed.columns).map(
    ([name, { type }]) => `coalesce(${textsInSql[type](sqlName(name))}, '')`,
  );
  const text = `concat_ws(chr(1), ${["hour", ...cells].join(", ")})`;
  const sum = `sum(from_base(substr(to_hex(md5(to_utf8(${text}))), 1, ${DIGITS}), 16))`;
  return `SELECT dt, count(*), ${sum}
FROM "${database}"."${tablesOf(feed).runs}"
WHERE run = '${run}' AND dt IN (${days.map((day) => `'${day}'`).join(", ")})
GROUP BY dt`;
}
