import type { Fields } from "../../data/feeds/contract";

/** A candle, or a price at a time: then open, high and low are undefined. */
export interface Candle {
  /** Milliseconds since 1970: the candle's begin, or the time of the price. */
  readonly time: number;
  /** The last millisecond of the candle, when the file has it. */
  readonly end: number | undefined;
  readonly open: number | undefined;
  readonly high: number | undefined;
  readonly low: number | undefined;
  readonly close: number;
  /** Volume in the currency of the price. */
  readonly quoteVolume: number | undefined;
  readonly others: Fields;
}

type Part = "time" | "end" | "open" | "high" | "low" | "close" | "price" | "quoteVolume";

/** Names of fields, the preferred one first, compared without case and punctuation. */
const aliases: Readonly<Record<Part, readonly string[]>> = {
  time: [
    "opentime",
    "unix",
    "timestamp",
    "time",
    "start",
    "unixtimestamp",
    "datetime",
    "date",
    "snappedat",
    "t",
    "ts",
  ],
  end: ["closetime"],
  open: ["open", "o", "openprice"],
  high: ["high", "h", "highprice"],
  low: ["low", "l", "lowprice"],
  close: ["close", "c", "closeprice"],
  price: ["price", "priceusd"],
  quoteVolume: ["quotevolume", "quoteassetvolume", "volumeusd", "volumeusdt", "volumeusdc", "turnover"],
};

/** Other names of fields that become columns: of CoinGecko's CSV, and of a few others. */
const columns: Readonly<Record<string, string>> = {
  marketcap: "market_cap_usd",
  marketcapusd: "market_cap_usd",
  totalvolume: "volume_24h_usd",
  volume24husd: "volume_24h_usd",
  symbol: "symbol",
  pair: "pair",
  product: "pair",
  productid: "pair",
  ticker: "symbol",
  tickersymbol: "symbol",
  coinid: "coin_id",
  id: "coin_id",
  coin: "coin_id",
  name: "name",
  sector: "sector",
  tic: "symbol",
};

const simplified = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

/** Where the parts of a candle are in records of these fields; undefined when they are no candles. */
export function candleFields(names: readonly string[]): CandleReader | undefined {
  const bySimple = new Map([...names].reverse().map((name) => [simplified(name), name]));
  const fieldOf = (part: Part): string | undefined =>
    aliases[part].map((alias) => bySimple.get(alias)).find((name) => name !== undefined);
  const fields = Object.fromEntries(
    Object.keys(aliases).map((part) => [part, fieldOf(part as Part)]),
  ) as Readonly<Record<Part, string | undefined>>;
  if (fields.time === undefined && fields.end === undefined) return undefined;
  if (fields.close === undefined && fields.price === undefined) return undefined;
  const used = new Set(Object.values(fields));
  const others = names.flatMap((name): [string, string][] => {
    const column = columns[simplified(name)];
    return column === undefined || used.has(name) ? [] : [[name, column]];
  });
  return new CandleReader(fields, others);
}

export class CandleReader {
  constructor(
    private readonly fields: Readonly<Record<Part, string | undefined>>,
    private readonly others: readonly (readonly [string, string])[],
  ) {}

  /** The time of a record, whatever else is wrong with it; undefined when it has none. */
  timeOf(record: Fields): number | undefined {
    const field = this.fields.time ?? this.fields.end;
    const time = field === undefined ? Number.NaN : instantOf(record[field]);
    return Number.isNaN(time) ? undefined : time;
  }

  /** The reason when the record is no candle. */
  read(record: Fields): Candle | string {
    const { fields } = this;
    const given = (part: Part) => (fields[part] === undefined ? undefined : record[fields[part]]);
    const numberOf = (part: Part): number | undefined => {
      const value = given(part);
      if (value === undefined || value === null || value === "") return undefined;
      return typeof value === "string" || typeof value === "number" || typeof value === "bigint"
        ? Number(value)
        : Number.NaN;
    };
    const end = given("end") === undefined ? undefined : instantOf(given("end"));
    const time = given("time") === undefined ? end : instantOf(given("time"));
    if (time === undefined || Number.isNaN(time))
      return `${fields.time ?? fields.end} is no time: ${shown(given("time"))}`;
    if (Number.isNaN(end)) return `${fields.end} is no time: ${shown(given("end"))}`;
    const numbers = {
      open: numberOf("open"),
      high: numberOf("high"),
      low: numberOf("low"),
      quoteVolume: numberOf("quoteVolume"),
    };
    const closePart = fields.close === undefined ? "price" : "close";
    const close = numberOf(closePart);
    if (close === undefined) return `${fields[closePart]} missing`;
    for (const [part, value] of Object.entries({ ...numbers, [closePart]: close }))
      if (value !== undefined && !Number.isFinite(value))
        return `${fields[part as Part]} is no number: ${shown(given(part as Part))}`;
    const { open, high, low } = numbers;
    for (const [part, value] of Object.entries({ open, close })) {
      if (value === undefined) continue;
      if (high !== undefined && value > high) return `${part} ${value} is above high ${high}`;
      if (low !== undefined && value < low) return `${part} ${value} is below low ${low}`;
    }
    const others = Object.fromEntries(this.others.map(([name, column]) => [column, record[name]]));
    return { time, end, ...numbers, close, others };
  }
}

const shown = (value: unknown): string =>
  value === undefined || value === "" ? "missing" : JSON.stringify(String(value));

/** Files have seconds, milliseconds, microseconds (Binance since 2025) or nanoseconds; their sizes do not meet before 5138. */
const UNITS = [
  [1e11, 1000],
  [1e14, 1],
  [1e17, 1e-3],
  [1e20, 1e-6],
] as const;

/** Milliseconds since 1970 of a number or a text; NaN for others. A text without a zone is UTC. */
export function instantOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  const number =
    typeof value === "string" && !/^\d+(?:\.\d+)?$/.test(value.trim())
      ? Number.NaN
      : Number(value ?? Number.NaN);
  if (!Number.isNaN(number) && value !== "") {
    const [, factor = Number.NaN] = UNITS.find(([limit]) => number < limit) ?? [];
    return Math.floor(number * factor + 1e-6);
  }
  if (typeof value !== "string") return Number.NaN;
  const [, day = "", time = "00:00:00", zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))? ?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
      value.trim(),
    ) ?? [];
  const read = Date.parse(
    `${day}T${time}${zone === "UTC" ? "Z" : zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`,
  );
  // Date.parse reads 31 February as 3 March.
  return new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(8)) ? read : Number.NaN;
}
