import type { Format } from "./model";

/** Loaded on use, so that a table does not wait for the charts. */
export const formats: Readonly<Record<FormatName, () => Format>> = {
  table: () => (require("./table") as typeof import("./table")).table,
  records: () => (require("./records") as typeof import("./records")).records,
  json: () => (require("./json") as typeof import("./json")).json,
  ndjson: () => (require("./json") as typeof import("./json")).ndjson,
  csv: () => (require("./csv") as typeof import("./csv")).csv,
  tsv: () => (require("./csv") as typeof import("./csv")).tsv,
  md: () => (require("./markdown") as typeof import("./markdown")).markdown,
  html: () => (require("./html") as typeof import("./html")).html,
  svg: () => (require("./chart/draw") as typeof import("./chart/draw")).svg,
};

export const formatNames = ["table", "records", "csv", "tsv", "json", "ndjson", "md", "html", "svg"] as const;
export type FormatName = (typeof formatNames)[number];

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
