import type { Format } from "./model";

/** Loaded when asked for: a table's first row does not wait for the charts. */
export const formats: Readonly<Record<FormatName, () => Promise<Format>>> = {
  table: async () => (await import("./table")).table,
  json: async () => (await import("./json")).json,
  ndjson: async () => (await import("./json")).ndjson,
  csv: async () => (await import("./csv")).csv,
  tsv: async () => (await import("./csv")).tsv,
  md: async () => (await import("./markdown")).markdown,
  html: async () => (await import("./html")).html,
  svg: async () => (await import("./svg")).svg,
};

export const formatNames = ["table", "csv", "tsv", "json", "ndjson", "md", "html", "svg"] as const;
export type FormatName = (typeof formatNames)[number];
export const isFormat = (name: string): name is FormatName => formatNames.some((known) => known === name);

/** A file's suffix chooses its format. */
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
