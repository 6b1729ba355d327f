import { ReportFileError } from "./errors";
import {
  type Chart,
  chartKinds,
  type Parameter,
  parameterTypes,
  type ResultColumn,
  resultTypes,
} from "./model";

/** `limit int default 10 min 1 max 500 | How many`, `side enum(up, down) default up | Which`. */
export function readParameter(file: string, line: number, value: string): Parameter {
  const { name, type, choices, attributes, doc } = readDeclaration(file, line, value, [
    "default",
    "min",
    "max",
    "of",
  ]);
  const known = parameterTypes.find((candidate) => candidate === type);
  if (!known)
    throw new ReportFileError(file, line, `unknown type "${type}"; known: ${parameterTypes.join(", ")}`);
  if ((known === "enum") !== (choices !== undefined))
    throw new ReportFileError(
      file,
      line,
      `an enum, and only an enum, lists its values: "${name} enum(a, b)"`,
    );
  if (attributes.default === undefined)
    throw new ReportFileError(file, line, `the parameter "${name}" needs a default: every report runs bare`);
  return {
    name,
    type: known,
    default: attributes.default,
    doc,
    ...(attributes.min !== undefined && { min: attributes.min }),
    ...(attributes.max !== undefined && { max: attributes.max }),
    ...(attributes.of !== undefined && { of: attributes.of }),
    ...(choices && { oneOf: choices }),
    line,
  };
}

/** `change_pct double unit % digits 2 | Change over the window`. */
export function readColumn(file: string, line: number, value: string): ResultColumn {
  const { name, type, attributes, doc } = readDeclaration(file, line, value, ["unit", "digits"]);
  const known = resultTypes.find((candidate) => candidate === type);
  if (!known)
    throw new ReportFileError(file, line, `unknown type "${type}"; known: ${resultTypes.join(", ")}`);
  return {
    name,
    type: known,
    doc,
    ...(attributes.unit !== undefined && { unit: attributes.unit }),
    ...(attributes.digits !== undefined && { digits: Number(attributes.digits) }),
  };
}

interface Roles {
  readonly needs: readonly string[];
  readonly may?: readonly string[];
  /** Takes several columns: lines of their own, or the parts of a bar's name. */
  readonly several?: string;
}

const chartColumns: Readonly<Record<Chart["kind"], Roles>> = {
  line: { needs: ["x", "y"], may: ["series"], several: "y" },
  bar: { needs: ["x", "y"], several: "x" },
  candlestick: { needs: ["x", "open", "high", "low", "close"], may: ["series"] },
  heatmap: { needs: ["x", "y", "value"] },
};

/** `line x=bucket y=close_usd,fast_usd series=coin_id`. */
export function readChart(
  file: string,
  line: number,
  value: string,
  columns: readonly ResultColumn[],
): Chart {
  const [kind, ...assignments] = value.split(/\s+/);
  const known = chartKinds.find((candidate) => candidate === kind);
  if (!known)
    throw new ReportFileError(file, line, `unknown chart "${kind}"; known: ${chartKinds.join(", ")}`);
  const { needs, may = [], several } = chartColumns[known];
  const roles: Record<string, readonly string[]> = {};
  for (const assignment of assignments) {
    const [role = "", assigned = ""] = assignment.split("=");
    const names = role === several ? assigned.split(",") : [assigned];
    if (![...needs, ...may].includes(role))
      throw new ReportFileError(
        file,
        line,
        `a ${known} chart has no "${role}"; it has ${[...needs, ...may].join(", ")}`,
      );
    for (const name of names)
      if (!columns.some((declared) => declared.name === name))
        throw new ReportFileError(file, line, `the chart uses the column "${name}", which is not declared`);
    roles[role] = names;
  }
  for (const role of needs)
    if (!roles[role]) throw new ReportFileError(file, line, `a ${known} chart needs ${role}=<column>`);
  return { kind: known, columns: roles };
}

function readDeclaration(file: string, line: number, value: string, attributeNames: readonly string[]) {
  const bar = value.indexOf("|");
  if (bar < 0 || value.slice(bar + 1).trim() === "")
    throw new ReportFileError(file, line, `a declaration ends with "| what it is": "${value}"`);
  const match = /^([a-z][a-z0-9_]*) ([a-z]+)(?:\(([^)]*)\))?(?: (.*))?$/.exec(value.slice(0, bar).trim());
  if (!match)
    throw new ReportFileError(file, line, `a declaration is "name type … | what it is", not "${value}"`);
  const [, name = "", type = "", choices, rest = ""] = match;
  const words = rest.split(/\s+/).filter(Boolean);
  const attributes: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 2) {
    const [key = "", raw] = words.slice(at, at + 2);
    if (!attributeNames.includes(key))
      throw new ReportFileError(
        file,
        line,
        `unknown attribute "${key}"; known: ${attributeNames.join(", ")}`,
      );
    if (raw === undefined) throw new ReportFileError(file, line, `"${key}" needs a value`);
    attributes[key] = raw === '""' ? "" : raw;
  }
  const doc = value.slice(bar + 1).trim();
  return { name, type, choices: choices?.split(",").map((choice) => choice.trim()), attributes, doc };
}
