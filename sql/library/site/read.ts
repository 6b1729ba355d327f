import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";
import { ParameterError, ReportFileError } from "../errors";
import { feedNamed, knownFeeds } from "../feeds";
import { loadReport, reportIds, reportsFolder } from "../library";
import type { Report } from "../model";
import { durationSeconds } from "../times";
import { defaultText, readValue } from "../values";
import { type Condition, readCondition } from "./condition";
import { type Delivery, type Site, type SitePage, TOPIC_CHANNEL } from "./model";

const SITE_FILE = "site.yaml";

/** The site that sql/site.yaml declares. */
export function loadSite(folder = reportsFolder, file = join(folder, SITE_FILE)): Site {
  const reports = reportIds(folder).map((id) => loadReport(id, folder));
  return readSite(relative(join(folder, ".."), file), readFileSync(file, "utf8"), reports);
}

/** Validates the list of pages. An error names file, line, value and what is allowed. */
export function readSite(file: string, text: string, reports: readonly Report[]): Site {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [mistake] = document.errors;
  if (mistake) throw new ReportFileError(file, lines.linePos(mistake.pos[0]).line, mistake.message);
  const reader = new Reader(file, lines);
  const root = reader.map(document.contents, "the file", ["title", "description", "pages"]);
  const pages = reader.list(root.required("pages"), "pages").map((node) => readPage(reader, node, reports));
  pages.forEach(({ page, node }, at) => {
    const other = pages.slice(0, at).find(({ page: { path } }) => path === page.path);
    if (other)
      throw reader.error(node, `two pages have the path "${page.path}"; give one of them another "path"`);
  });
  return {
    title: reader.text(root.required("title"), "title"),
    description: reader.text(root.required("description"), "description"),
    pages: pages.map(({ page }) => page),
  };
}

const PAGE_KEYS = ["report", "title", "path", "parameters", "split", "when", "deliver"] as const;
/** Names of files that the site has besides its reports' pages. */
const RESERVED_PATHS: ReadonlySet<string> = new Set(["index", "alerts", "404"]);

function readPage(reader: Reader, node: Node | null, reports: readonly Report[]) {
  const map = reader.map(node, "a page", PAGE_KEYS);
  const report = reportOf(reader, map.required("report"), reports);
  const path = map.text("path") ?? report.name;
  if (!/^[a-z0-9][a-z0-9-]{0,60}$/.test(path) || RESERVED_PATHS.has(path))
    throw reader.error(
      map.node("path") ?? node,
      `the path "${path}" must be letters a-z, digits and hyphens, and not ${[...RESERVED_PATHS].join(" or ")}`,
    );
  const when = map.node("when");
  const deliver = map.node("deliver");
  if (deliver && !when) throw reader.error(deliver, '"deliver" needs "when", the condition for a message');
  const split = map.node("split");
  const page: SitePage = {
    path,
    title: map.text("title") ?? report.title,
    report,
    parameters: readParameters(reader, map.node("parameters"), report),
    ...(split && { split: readSplit(reader, split, report) }),
    ...(when && { when: readWhen(reader, when, report) }),
    ...(deliver && { deliver: readDelivery(reader, deliver) }),
  };
  return { page, node };
}

function reportOf(reader: Reader, node: Node, reports: readonly Report[]): Report {
  const name = reader.text(node, "report");
  const found = reports.find((report) => report.name === name || report.id === name);
  if (found) return found;
  throw reader.error(
    node,
    `there is no report "${name}"; the reports are ${reports.map((report) => report.name).join(", ")}`,
  );
}

/** Parameters are checked as those of the command are. Times are checked at a moment, because they may be relative. */
function readParameters(
  reader: Reader,
  node: Node | undefined,
  report: Report,
): Readonly<Record<string, string>> {
  if (!node) return {};
  const names = report.params.map(({ name }) => name);
  const map = reader.map(node, `the parameters of ${report.name}`, names);
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const text = map.text(name);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const now = Date.now();
  const feed = feedNamed(report.feed);
  const values = new Map(
    report.params.map((param) => {
      const place = map.node(param.name) ?? node;
      const text = given[param.name] ?? defaultText(param, feed ? [feed] : knownFeeds());
      return [param.name, reader.attempt(place, () => readValue(param, text, now))];
    }),
  );
  const [from, to] = report.window ? [values.get(report.window.from), values.get(report.window.to)] : [];
  if (from?.instant !== undefined && to?.instant !== undefined && from.instant >= to.instant)
    throw reader.error(
      node,
      `${report.window?.from} (${from.shown}) must be before ${report.window?.to} (${to.shown})`,
    );
  return given;
}

function readSplit(reader: Reader, node: Node, report: Report): string {
  const name = reader.text(node, "split");
  const texts = report.columns.filter(({ type }) => type === "varchar").map((column) => column.name);
  if (texts.includes(name)) return name;
  throw reader.error(
    node,
    `"${name}" is not a text column of ${report.name}; it has ${texts.join(", ") || "none"}`,
  );
}

const readWhen = (reader: Reader, node: Node, report: Report): Condition =>
  reader.attempt(node, () => readCondition(reader.text(node, "when"), report));

const SHORTEST_DELIVERY_SECONDS = 900;

function readDelivery(reader: Reader, node: Node): Delivery {
  const map = reader.map(node, "deliver", ["to", "every"]);
  const to = reader.list(map.required("to"), "to").map((item) => {
    const channel = reader.text(item, "a channel");
    if (!/^[a-z][a-z0-9-]{0,30}$/.test(channel))
      throw reader.error(
        item,
        `the channel "${channel}" must be "${TOPIC_CHANNEL}" or the name of a webhook: letters a-z, digits and hyphens`,
      );
    return channel;
  });
  const every = map.text("every") ?? "1d";
  const everySeconds = durationSeconds(every) ?? 0;
  if (everySeconds < SHORTEST_DELIVERY_SECONDS)
    throw reader.error(
      map.node("every") ?? node,
      `"every" takes a duration from 15m on, such as 1h, 12h, 1d, not "${every}"`,
    );
  return { to, everySeconds };
}

interface MapReader {
  node(key: string): Node | undefined;
  required(key: string): Node;
  text(key: string): string | undefined;
}

/** Reads YAML nodes, and names the line of a mistake. */
class Reader {
  constructor(
    private readonly file: string,
    private readonly lines: LineCounter,
  ) {}

  error(node: Node | null | undefined, problem: string): ReportFileError {
    const at = node?.range?.[0] ?? 0;
    return new ReportFileError(this.file, this.lines.linePos(at).line, problem);
  }

  /** Runs a check of the library, and adds the place to its error. */
  attempt<T>(node: Node, check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (error instanceof ReportFileError || !(error instanceof Error)) throw error;
      // The library names parameters as the options of the command.
      throw this.error(
        node,
        error instanceof ParameterError ? error.message.replace(/^--/, "") : error.message,
      );
    }
  }

  map(node: unknown, what: string, keys: readonly string[]): MapReader {
    if (!isMap(node)) throw this.error(asNode(node), `${what} must be a map with ${keys.join(", ")}`);
    const pairs = (node as YAMLMap<Node, Node | null>).items;
    for (const { key } of pairs)
      if (!keys.includes(keyText(key)))
        throw this.error(key, `${what} has no "${keyText(key)}"; known: ${keys.join(", ")}`);
    const find = (key: string): Pair<Node, Node | null> | undefined =>
      pairs.find((pair) => keyText(pair.key) === key);
    const read = {
      node: (key: string) => find(key)?.value ?? undefined,
      required: (key: string): Node => {
        const found = find(key);
        if (!found?.value) throw this.error(found?.key ?? node, `${what} needs "${key}"`);
        return found.value;
      },
      text: (key: string) => {
        const found = find(key);
        return found && this.text(found.value ?? found.key, key);
      },
    };
    return read;
  }

  list(node: unknown, what: string): readonly Node[] {
    if (!isSeq(node) || node.items.length === 0)
      throw this.error(asNode(node), `"${what}" must be a list of at least one item`);
    return node.items as Node[];
  }

  /** A text, number or boolean as it is written. */
  text(node: Node, what: string): string {
    if (!isScalar(node) || node.value === null)
      throw this.error(node, `"${what}" must be a text on one line`);
    const text = node.source ?? String(node.value);
    if (/[\u0000-\u001f\u007f]/.test(text))
      throw this.error(node, `"${what}" must be a text on one line, without control characters`);
    return text;
  }
}

const asNode = (value: unknown): Node | undefined => (value as Node | null) ?? undefined;
const keyText = (key: Node): string => (isScalar(key) ? String(key.value) : "");
