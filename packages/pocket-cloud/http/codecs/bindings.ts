import type { NormalizedSchema } from "@smithy/core/schema";
import type { OperationModel } from "../catalogue";
import { header, type WireRequest } from "../request";
import { type TextCodec, textCodec } from "./text";
import { setEntry } from "./values";

interface Bound {
  readonly name: string;
  readonly wire: string;
  readonly schema: NormalizedSchema;
  readonly text: TextCodec;
  readonly list: boolean;
}

/** The part of an HTTP message that carries each member of a structure, from its schema's traits. */
export interface Bindings {
  readonly labels: readonly Bound[];
  readonly query: readonly Bound[];
  /** The member for all query parameters that no other member names. */
  readonly queryRest?: string;
  readonly headers: readonly Bound[];
  readonly byHeader: ReadonlyMap<string, Bound>;
  readonly prefixHeaders: readonly Bound[];
  readonly statusCode?: string;
  readonly payload?: { readonly name: string; readonly schema: NormalizedSchema };
  /** Members of the structured body. */
  readonly body: readonly { readonly name: string; readonly schema: NormalizedSchema }[];
}

const cache = new WeakMap<NormalizedSchema, Bindings>();

export function bindingsOf(schema: NormalizedSchema): Bindings {
  const known = cache.get(schema);
  if (known) return known;
  const bindings = schema.isStructSchema() ? readBindings(schema) : EMPTY;
  cache.set(schema, bindings);
  return bindings;
}

const EMPTY: Bindings = {
  labels: [],
  query: [],
  headers: [],
  byHeader: new Map(),
  prefixHeaders: [],
  body: [],
};

function readBindings(schema: NormalizedSchema): Bindings {
  const labels: Bound[] = [];
  const query: Bound[] = [];
  const headers: Bound[] = [];
  const prefixHeaders: Bound[] = [];
  const body: { name: string; schema: NormalizedSchema }[] = [];
  const single: {
    queryRest?: string;
    statusCode?: string;
    payload?: { name: string; schema: NormalizedSchema };
  } = {};
  for (const [name, member] of schema.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpLabel) labels.push(bound(name, name, member, "date-time"));
    else if (traits.httpQuery) query.push(bound(name, traits.httpQuery, member, "date-time"));
    else if (traits.httpQueryParams) single.queryRest = name;
    else if (traits.httpHeader)
      headers.push(bound(name, traits.httpHeader.toLowerCase(), member, "http-date"));
    else if (traits.httpPrefixHeaders !== undefined)
      prefixHeaders.push(bound(name, traits.httpPrefixHeaders.toLowerCase(), member, "http-date"));
    else if (traits.httpResponseCode) single.statusCode = name;
    else if (traits.httpPayload) single.payload = { name, schema: member };
    else body.push({ name, schema: member });
  }
  const byHeader = new Map(headers.map((one) => [one.wire, one]));
  return { labels, query, headers, byHeader, prefixHeaders, body, ...single };
}

function bound(
  name: string,
  wire: string,
  schema: NormalizedSchema,
  timestamps: "date-time" | "http-date",
): Bound {
  const list = schema.isListSchema();
  const scalar = list || schema.isMapSchema() ? schema.getValueSchema() : schema;
  return { name, wire, schema, list, text: textCodec(scalar, timestamps) };
}

/** Reads the members of an input that are not in the body. */
export function readBound(
  operation: OperationModel,
  request: WireRequest,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const bindings = bindingsOf(operation.input);
  const input: Record<string, unknown> = {};
  for (const { name, text } of bindings.labels) {
    const value = labels[name];
    if (value !== undefined) input[name] = text.read(value);
  }
  if (request.query.length > 0) readQuery(bindings, request, input);
  // Iterates over the request's headers, because an S3 operation has many more header members.
  for (const key of Object.keys(request.headers)) {
    const found = bindings.byHeader.get(key);
    const value = header(request, key);
    if (found && value !== undefined)
      input[found.name] = found.list ? splitList(value).map(found.text.read) : found.text.read(value);
  }
  for (const { name, wire, text } of bindings.prefixHeaders) {
    const found: Record<string, unknown> = {};
    for (const key of Object.keys(request.headers))
      if (key.startsWith(wire))
        setEntry(found, key.slice(wire.length), text.read(header(request, key) ?? ""));
    if (Object.keys(found).length > 0) input[name] = found;
  }
  return input;
}

function readQuery(bindings: Bindings, request: WireRequest, input: Record<string, unknown>): void {
  for (const { name, wire, text, list } of bindings.query) {
    const values = request.query.filter(([key]) => key === wire).map(([, value]) => value);
    const [first] = values;
    if (first === undefined) continue;
    // An empty parameter ("max-keys=") of a scalar other than a string counts as absent.
    if (!list && first === "" && !bindings.query.some((other) => other.wire === wire && isText(other)))
      continue;
    input[name] = list ? values.map(text.read) : text.read(first);
  }
  if (bindings.queryRest === undefined) return;
  const rest: Record<string, unknown> = {};
  for (const [key, value] of request.query)
    if (!bindings.query.some(({ wire }) => wire === key)) setEntry(rest, key, value);
  input[bindings.queryRest] = rest;
}

const isText = ({ schema }: Bound): boolean => schema.isStringSchema();

/** Splits at commas; an entry with a comma is quoted. */
const splitList = (value: string): string[] =>
  [...value.matchAll(/\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)/g)]
    .map(([, quoted, plain]) => quoted?.replaceAll(/\\(.)/g, "$1") ?? plain?.trim() ?? "")
    .filter((entry) => entry !== "");

/** The headers and the status from an output's members. */
export function writeBound(operation: OperationModel, output: Readonly<Record<string, unknown>>) {
  const bindings = bindingsOf(operation.output);
  const headers: Record<string, string> = {};
  for (const { name, wire, text, list } of bindings.headers) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    headers[wire] = headerSafe(list ? (value as unknown[]).map(text.write).join(",") : text.write(value));
  }
  for (const { name, wire, text } of bindings.prefixHeaders)
    for (const [key, value] of Object.entries((output[name] as object | undefined) ?? {}))
      headers[wire + key.toLowerCase()] = headerSafe(text.write(value));
  const status =
    bindings.statusCode === undefined ? undefined : (output[bindings.statusCode] as number | undefined);
  return { headers, status: status ?? operation.http?.status ?? 200 };
}

/** Percent-encodes what Node refuses in a header: line breaks and characters beyond Latin-1. */
const headerSafe = (value: string): string =>
  /^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? value : value.replace(/[^\x20-\x7e]+/gu, encodeURIComponent);
