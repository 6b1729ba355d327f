import type { CostLine, Estimate } from "../../infra/cost";
import type { Widening } from "../../infra/guardrails/widening";
import type { Change, Value } from "../../packages/pulumi-local";
import { genericOf, namesText } from "./resource-names";
import { policyChanges, type TextChange } from "./statements";

/** Changes of several resources that are the same, such as one of every feed. */
export interface ChangeGroup extends Pick<Change, "kind" | "type" | "losesData"> {
  readonly names: readonly string[];
  /** Values of a group of several feeds have "<feed>" in place of the feed's name. */
  readonly properties: readonly TextChange[];
}

const ORDER: readonly Change["kind"][] = ["deleted", "replaced", "created", "changed"];

/** Groups equal changes, data loss first, then by kind, type and name. */
export function groupChanges(changes: readonly Change[]): ChangeGroup[] {
  const groups = new Map<string, { change: Change; names: string[]; generic: readonly TextChange[] }>();
  for (const change of changes) {
    const properties = change.properties.flatMap(textChanges);
    const generic = withoutFeed(change.name, properties);
    const key = JSON.stringify([change.kind, change.type, change.losesData, generic]);
    const group = groups.get(key) ?? { change, names: [], generic };
    group.names.push(change.name);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ change, names, generic }) => ({
      kind: change.kind,
      type: change.type,
      losesData: change.losesData,
      names: names.sort(),
      properties: names.length > 1 ? generic : change.properties.flatMap(textChanges),
    }))
    .sort(
      (a, b) =>
        Number(b.losesData) - Number(a.losesData) ||
        ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) ||
        compareTexts(a.type, b.type) ||
        compareTexts(a.names[0] ?? "", b.names[0] ?? ""),
    );
}

export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function withoutFeed(name: string, properties: readonly TextChange[]): readonly TextChange[] {
  const generic = genericOf(name);
  return properties.map(({ path, before, after, ...rest }) => ({
    ...rest,
    path: generic(path),
    before: generic(before),
    after: generic(after),
  }));
}

function textChanges({ path, before, after }: Change["properties"][number]): TextChange[] {
  const archive = ARCHIVE.exec(path)?.[1];
  if (archive !== undefined) return [{ path: archive, before: "old bundle", after: "new bundle" }];
  if (isHash(before) && isHash(after)) return [{ path, before: "old hash", after: "new hash" }];
  return (
    policyChanges(path, before, after) ?? [
      { path, ...fromTheDifference(valueText(before), valueText(after)) },
    ]
  );
}

/** A change of code is the same for all functions: hashes say nothing to people. */
const ARCHIVE = /^(code)\.hash$/;

const isHash = (value: unknown): boolean => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

const LONGEST = 100;
const CONTEXT = 20;
const VIEW = /^\/\* Presto View: (\S+) \*\/$/;

/** A value as text; of a view its SQL. */
function valueText(value: Value | undefined): string {
  if (value === undefined) return "(none)";
  const view = typeof value === "string" ? VIEW.exec(value)?.[1] : undefined;
  if (view === undefined) return JSON.stringify(value);
  const { originalSql } = JSON.parse(Buffer.from(view, "base64").toString()) as { originalSql?: string };
  return JSON.stringify(originalSql ?? value);
}

/** Two long texts without their common beginning, so that shortening them does not hide the difference. */
function fromTheDifference(before: string, after: string): { before: string; after: string } {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const cut = same - CONTEXT;
  if (Math.max(before.length, after.length) <= LONGEST || cut <= 0) return { before, after };
  return { before: `…${before.slice(cut)}`, after: `…${after.slice(cut)}` };
}

/** A text on one line, shortened at whole characters, without control characters. */
export function shorten(text: string, longest = LONGEST): string {
  const characters = [...text.replace(/[\p{Cc}\p{Cs}]/gu, "?")];
  return characters.length <= longest ? characters.join("") : `${characters.slice(0, longest).join("")}…`;
}

/** "[principal ]service:Action[ on resource][ under a condition]". */
const permission = /^((?:\S+ )?)([a-z][a-z0-9-]*:[A-Za-z*]+)((?: on .*| under a condition)?)$/;

/** New permissions as lines: the actions of a statement together, and the same ones of several resources once. */
export function widenedTexts(widenings: readonly Pick<Widening, "name" | "sid" | "allows">[]): string[] {
  const statements = new Map<
    string,
    { name: string; sid: string; who: string; on: string; actions: string[] }
  >();
  for (const { name, sid, allows } of widenings) {
    const [, who = "", action = allows, on = ""] = permission.exec(allows) ?? [];
    const key = JSON.stringify([name, sid, who, on]);
    const statement = statements.get(key) ?? { name, sid, who, on, actions: [] };
    statement.actions.push(action);
    statements.set(key, statement);
  }
  const groups = new Map<string, { names: string[]; own: string; generic: string }>();
  for (const { name, sid, who, on, actions } of statements.values()) {
    const own = `${sid}: ${who}${actions.join(", ")}${on}`;
    const generic = genericOf(name)(own);
    const group = groups.get(generic) ?? { names: [], own, generic };
    group.names.push(name);
    groups.set(generic, group);
  }
  return [...groups.values()].map(
    ({ names, own, generic }) => `${namesText({ names: names.sort() })} ${names.length > 1 ? generic : own}`,
  );
}

const NAMES_A_LINE = 6;

/** Resources that lose their data, all by name, some on a line. */
export const lossTexts = (groups: readonly ChangeGroup[]): { what: string; how: string }[] =>
  groups
    .filter(({ losesData }) => losesData)
    .flatMap(({ type, names, kind }) =>
      Array.from({ length: Math.ceil(names.length / NAMES_A_LINE) }, (_, line) => {
        const some = names.slice(line * NAMES_A_LINE, (line + 1) * NAMES_A_LINE);
        return {
          what: `${shortType(type)} ${some.join(", ")}`,
          how: `${some.length > 1 ? "are" : "is"} ${kind}`,
        };
      }),
    );

export const shortType = (type: string): string => type.replace(/^([^:]+):([^/:]+)[^:]*:/, "$1:$2:");

/** Lines of the cost that differ from before, and those that do not. */
export function costDelta(cost: Estimate, before: Estimate | undefined) {
  const keyOf = ({ item, unit }: CostLine): string => `${item} ${unit}`;
  const old = new Map(before?.lines.map((line) => [keyOf(line), line]));
  const now = new Set(cost.lines.map(keyOf));
  const isSame = (line: CostLine) => {
    const was = old.get(keyOf(line));
    return was !== undefined && was.quantity === line.quantity && was.usd === line.usd;
  };
  const unchanged = before ? cost.lines.filter(isSame) : [];
  return {
    changed: before ? cost.lines.filter((line) => !isSame(line)) : cost.lines,
    removed: before?.lines.filter((line) => !now.has(keyOf(line))) ?? [],
    unchanged: unchanged.length,
    unchangedUsd: unchanged.reduce((total, { usd = 0 }) => total + usd, 0),
  };
}
