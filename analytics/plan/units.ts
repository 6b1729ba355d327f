const sizes = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

export function bytesText(bytes: number): string {
  const power = Math.min(sizes.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${sizes[power]}`;
}

export const costText = (usd: number): string =>
  `$${usd === 0 ? "0" : usd < 0.01 ? usd.toFixed(6) : usd.toFixed(2)}`;

export const secondsText = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Bytes of "500MB", "2GB", "1.5 TB"; undefined for any other text. */
export function readBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|TB)$/i.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * 1024 ** sizes.findIndex((size) => size.startsWith(match[2]?.toUpperCase() ?? ""));
}
