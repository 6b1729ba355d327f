import { ReportFileError } from "./errors";
import {
  type Chart,
  chartKinds,
  type Parameter,
  parameterTypes,
  type ResultColumn,
  resultTypes,
} from "./model";

/** One `-- key: value` line of a report's header. */
export class HeaderLine {
  constructor(
    readonly file: string,
    readonly line: number,
    readonly value: string,
  ) {}

  error(problem: string): ReportFileError {
    return new ReportFileError(this.file, this.line, problem);
  }

  /** The allowed name that equals `name`, or an error that lists the allowed ones. */
  choose<T extends string>(what: string, allowed: readonly T[], name: string): T {
    const found = allowed.find((candidate) => candidate === name);
    if (found === undefined) throw this.error(`unknown ${what} "${name}"; known: ${allowed.join(", ")}`);
    return found;
  }
}

/** `limit int default 10 min 1 max 500 | How many`, `side enum(up, down) default up | Which`. */
export function readParameter(line: HeaderLine): Parameter {
  const { name, type, choices, attributes, doc } = readDeclaration(line, ["default", "min", "max", "of"]);
  const known = line.choose("type", parameterTypes, type);
  if ((known === "enum") !== (choices !== undefined))
    throw line.error(`an enum, and only an enum, lists its values: "${name} enum(a, b)"`);
  const { default: text, ...rest } = attributes;
  if (text === undefined)
    throw line.error(`the parameter "${name}" needs a default, because a report must run without options`);
  return {
    name,
    type: known,
    default: text,
    doc,
    ...rest,
    ...(choices && { oneOf: choices }),
    line: line.line,
  };
}

/** `change_pct double unit % digits 2 | Change over the window`. */
export function readColumn(line: HeaderLine): ResultColumn {
  const { name, type, attributes, doc } = readDeclaration(line, ["unit", "digits"]);
  const { unit, digits } = attributes;
  return {
    name,
    type: line.choose("type", resultTypes, type),
    doc,
    ...(unit !== undefined && { unit }),
    ...(digits !== undefined && { digits: Number(digits) }),
  };
}

interface Roles {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  /** The role that accepts several columns: one line each, or the parts of a bar label. */
  readonly several?: string;
}

const chartRoles: Readonly<Record<Chart["kind"], Roles>> = {
  line: { required: ["x", "y"], optional: ["series"], several: "y" },
  bar: { required: ["x", "y"], several: "x" },
  candlestick: { required: ["x", "open", "high", "low", "close"], optional: ["series"] },
  heatmap: { required: ["x", "y", "value"] },
};

/** `line x=bucket y=close_usd,fast_usd series=coin_id`. */
export function readChart(line: HeaderLine, columns: readonly ResultColumn[]): Chart {
  const [name = "", ...assignments] = line.value.split(/\s+/);
  const kind = line.choose("chart", chartKinds, name);
  const { required, optional = [], several } = chartRoles[kind];
  const allowed = [...required, ...optional];
  const roles: Record<string, readonly string[]> = {};
  for (const assignment of assignments) {
    const [role = "", assigned = ""] = assignment.split("=");
    if (!allowed.includes(role))
      throw line.error(`a ${kind} chart has no "${role}"; it has ${allowed.join(", ")}`);
    const names = role === several ? assigned.split(",") : [assigned];
    const missing = names.find((column) => !columns.some((declared) => declared.name === column));
    if (missing !== undefined)
      throw line.error(`the chart uses the column "${missing}", which is not declared`);
    roles[role] = names;
  }
  for (const role of required) if (!roles[role]) throw line.error(`a ${kind} chart needs ${role}=<column>`);
  return { kind, columns: roles };
}

function readDeclaration<A extends string>(line: HeaderLine, attributeNames: readonly A[]) {
  const [declaration = "", ...described] = line.value.split("|");
  const doc = described.join("|").trim();
  if (doc === "") throw line.error(`a declaration ends with "| description": "${line.value}"`);
  const match = /^([a-z][a-z0-9_]*) ([a-z]+)(?:\(([^)]*)\))?(?: (.*))?$/.exec(declaration.trim());
  if (!match) throw line.error(`a declaration has the form "name type … | description", not "${line.value}"`);
  const [, name = "", type = "", choices, rest = ""] = match;
  const words = rest.split(/\s+/).filter(Boolean);
  const attributes: { [key in A]?: string } = {};
  for (let at = 0; at < words.length; at += 2) {
    const [key = "", value] = words.slice(at, at + 2);
    const attribute = line.choose("attribute", attributeNames, key);
    if (value === undefined) throw line.error(`"${key}" needs a value`);
    attributes[attribute] = value === '""' ? "" : value;
  }
  return { name, type, choices: choices?.split(",").map((choice) => choice.trim()), attributes, doc };
}
