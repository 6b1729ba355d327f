import type { Config } from "./config";
import { ConfigError } from "./config-reader";

/** What AWS would refuse, or lose, though each value is well by itself. */
export function checkTogether({ delivery, functions, lake, prices, stream }: Config): void {
  if (lake.rawExpiryDays <= lake.rawArchiveDays)
    throw new ConfigError(
      "rawExpiryDays",
      String(lake.rawExpiryDays),
      `more than rawArchiveDays, ${lake.rawArchiveDays}`,
    );
  const kept = stream.retentionHours * 3600;
  if (functions.recordAgeSeconds > kept)
    throw new ConfigError(
      "recordAgeSeconds",
      String(functions.recordAgeSeconds),
      `at most ${kept}, the stream's retention: what the stream forgets is never given up, and kept nowhere`,
    );
  if (delivery.format === "event-time" && delivery.bufferSeconds === 0)
    throw new ConfigError("deliveryBufferSeconds", "0", "1 to 900 with deliveryFormat event-time");
  if (prices.source === "coingecko-pro" && !prices.apiKey)
    throw new ConfigError("coingeckoApiKey", undefined, "set with priceSource coingecko-pro");
}
