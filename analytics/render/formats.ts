import type { Format } from "./model";

/** Loaded on use, so that a table does not wait for the charts. */
export const formats: Readonly<Record<FormatName, () => Promise<Format>>> = {
  table: async () => (await import("./table")).table,
  records: async () => (await import("./records")).records,
  json: async () => (await import("./json")).json,
  ndjson: async () => (await import("./json")).ndjson,
  csv: async () => (await import("./csv")).csv,
  tsv: async () => (await import("./csv")).tsv,
  md: async () => (await import("./markdown")).markdown,
  html: async () => (await import("./html")).html,
  svg: async () => (await import("./chart/draw")).svg,
};

export const formatNames = ["table", "records", "csv", "tsv", "json", "ndjson", "md", "html", "svg"] as const;
export type FormatName = (typeof formatNames)[number];
export const isFormat = (name: string): name is FormatName => formatNames.some((known) => known === name);

/** Formats by file suffix. */
export const suffixes: Readonly<Record<string, FormatName>> = {
  csv: "csv",
  tsv: "tsv",
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
  md: "md",
  html: "html",
  htm: "html",
  svg: "svg",
  txt: "table",
};
