/**
 * Names for values that files have by position. Binance: data.binance.vision, "Klines". Kraken: "Downloadable historical
 * OHLCVT data"; eight values are those of its OHLC request. Coinbase: "Get product candles" of the Exchange API, which
 * has low and high first. CoinGecko: coins/{id}/ohlc.
 */
const BINANCE = ["open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume"];
const KRAKEN = ["time", "open", "high", "low", "close", "volume", "trades"];
const KRAKEN_REQUEST = ["time", "open", "high", "low", "close", "vwap", "volume", "trades"];
const COINBASE = ["time", "low", "high", "open", "close", "volume"];
const COINGECKO = ["close_time", "open", "high", "low", "close"];

/** Binance has four more values, which are not used. */
const OTHERS = ["count", "taker_buy_volume", "taker_buy_quote_volume", "ignore"];

interface CsvNames {
  readonly names: readonly string[];
  readonly isHeader: boolean;
}

/** "XBTUSD_1440.csv": the pair, and the minutes of a candle. */
const KRAKEN_FILE = /^([A-Z0-9.]+)_(\d+)\.csv$/;

/** The names of a CSV file's fields, from its first line and its name; undefined when the form is not known. */
export function csvNames(first: readonly string[], file: string): CsvNames | undefined {
  if (first.some((value) => /[A-Za-z]/.test(value) && Number.isNaN(Number(value)) && !isDate(value)))
    return { names: first.map((name) => name.trim()), isHeader: true };
  if (first.length === 12) return { names: [...BINANCE, ...OTHERS], isHeader: false };
  if (first.length === 7 && KRAKEN_FILE.test(file)) return { names: KRAKEN, isHeader: false };
  return undefined;
}

const isDate = (value: string): boolean => /^\d{4}-\d\d-\d\d/.test(value);

/** The names of a candle's values in a JSON array. */
export function arrayNames(values: readonly unknown[]): readonly string[] | undefined {
  if (values.length === 12) return [...BINANCE, ...OTHERS];
  return { 5: COINGECKO, 6: COINBASE, 8: KRAKEN_REQUEST }[values.length];
}

/** The records of a JSON document: objects, or arrays of values. */
export function jsonRecords(value: unknown, name: string): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value.length === 0 || typeof value[0] === "object" ? value : undefined;
  const { prices, candles, result, ...others } = value as Record<string, unknown>;
  if (Array.isArray(prices)) return chartRecords(prices, others);
  if (Array.isArray(candles)) return candles;
  const [pair, rows] = Object.entries((result ?? {}) as object).find(([, rows]) => Array.isArray(rows)) ?? [];
  if (!Array.isArray(rows)) return undefined;
  return rows.map((values: unknown) =>
    Array.isArray(values)
      ? Object.fromEntries([...KRAKEN_REQUEST.map((each, i) => [each, values[i]]), ["pair", pair ?? name]])
      : values,
  );
}

/** CoinGecko's market_chart: [millisecond, value] pairs of each figure. */
function chartRecords(prices: readonly unknown[], others: Readonly<Record<string, unknown>>): unknown[] {
  const valuesOf = (name: string) =>
    new Map(Array.isArray(others[name]) ? (others[name] as [number, number][]) : []);
  const [caps, volumes] = [valuesOf("market_caps"), valuesOf("total_volumes")];
  return prices.map((point) => {
    const [time, price] = Array.isArray(point) ? (point as number[]) : [];
    return {
      time,
      price,
      market_cap: caps.get(time ?? 0) ?? null,
      volume_24h_usd: volumes.get(time ?? 0) ?? null,
    };
  });
}
