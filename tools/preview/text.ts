import type { CostLine, Estimate } from "../../infra/cost";
import type { Change } from "../../packages/pulumi-local";
import { nameOfUrn, typeOfUrn } from "../../packages/pulumi-local";
import { compactionLines } from "./compaction";
import { compareTexts, costDelta, groupChanges, lossTexts, shorten, shortType, widenedTexts } from "./delta";
import { freshnessLines } from "./freshness";
import type { Against, PreviewReport } from "./report";
import { namesText } from "./resource-names";
import { compactionNotes, retentionLines } from "./retention";
import type { TextChange } from "./statements";

const SIGNS: Readonly<Record<Change["kind"], string>> = {
  created: "+",
  changed: "~",
  replaced: "±",
  deleted: "-",
};

/** For people in a terminal: what changes comes first. */
export function asText({ preview, against, violations, cost, notJudged }: PreviewReport): string {
  const made = preview.resources
    .filter(({ custom }) => custom)
    .sort((a, b) => compareTexts(a.type, b.type) || compareTexts(a.name, b.name));
  const retention = retentionLines(preview.resources);
  const freshness = freshnessLines(preview.resources, cost.region, cost);
  const compaction = compactionLines(preview.resources, cost.region, cost);
  const sections = [
    against
      ? againstText(against, cost)
      : made.map(
          ({ type, name, protect }) =>
            `${shortType(type).padEnd(44)} ${name}${protect ? "  (protected)" : ""}`,
        ),
    [`${made.length} resources in ${preview.stack}`],
    ...(notJudged.length === 0 ? [] : [[`not judged for data loss: ${notJudged.join(", ")}`]]),
    violations.length === 0
      ? ["guardrails: all met"]
      : [
          "guardrails:",
          ...violations.map(({ policy, urn, message }) => `  ${policy}: ${label(urn)}: ${message}`),
        ],
    retention.length === 0 ? [] : ["data is deleted:", ...retention.map((line) => `  ${line}`)],
    freshness.length === 0 ? [] : ["rows reach csv/ and reports:", ...freshness.map((line) => `  ${line}`)],
    compaction.length === 0 ? [] : ["closed days become Parquet:", ...compaction.map((line) => `  ${line}`)],
    costText(cost, against?.costBefore),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function againstText({ ref, changes, widenings, costBefore, delivery }: Against, cost: Estimate): string[] {
  if (changes.length === 0) return [`no change against ${ref}`];
  const groups = groupChanges(changes);
  const losses = lossTexts(groups);
  return [
    `against ${ref}: ${count(changes)}, monthly cost ${difference(cost, costBefore)}`,
    ...(losses.length === 0 ? ["no data is lost"] : ["", "data loss:"]),
    ...losses.map(({ what, how }) => `! ${what} ${how}`),
    ...compactionNotes(changes).flatMap((line) => ["", `! ${line}`]),
    ...(delivery.length === 0 ? [] : ["", "raw objects:", ...delivery.map((note) => `  ${note}`)]),
    ...(widenings.length === 0 ? [] : ["", "new permissions:"]),
    ...widenedTexts(widenings).map((line) => `! ${line}`),
    "",
    ...groups.flatMap((group) => [
      `${SIGNS[group.kind]} ${shortType(group.type)} ${namesText(group)}${note(group)}`,
      ...group.properties.map((change) => `    ${shorten(change.path)}: ${changeText(change)}`),
    ]),
  ];
}

function changeText({ before, after, isDifference }: TextChange): string {
  if (!isDifference) return `${shorten(before)} → ${shorten(after)}`;
  return [before && `- ${shorten(before)}`, after && `+ ${shorten(after)}`].filter(Boolean).join("  ");
}

export const count = (changes: readonly Change[]): string =>
  (["created", "changed", "replaced", "deleted"] as const)
    .map((kind) => [changes.filter((change) => change.kind === kind).length, kind] as const)
    .filter(([many]) => many > 0)
    .map(([many, kind]) => `${many} ${kind}`)
    .join(", ");

export const note = ({ kind, losesData }: Pick<Change, "kind" | "losesData">): string =>
  losesData ? ` — ${kind}: LOSES ITS DATA` : kind === "replaced" ? " — replaced" : "";

/** "+$1.90", "unchanged", or "unknown for 2 changed lines", which have no price. */
export function difference(cost: Estimate, before: Estimate): string {
  const change = cost.usd - before.usd;
  const { changed, removed } = costDelta(cost, before);
  const unpriced = [...changed, ...removed].filter(({ usd }) => usd === undefined).length;
  const unknown =
    unpriced > 0 ? `unknown for ${unpriced} changed line${unpriced === 1 ? "" : "s"}` : undefined;
  if (Math.abs(change) < LEAST_USD) return unknown ?? "unchanged";
  return `${change > 0 ? "+" : "-"}${money(Math.abs(change))}${unknown ? `, ${unknown}` : ""}`;
}

/** ", and 2 lines of unknown cost", or nothing. */
export const unknownLines = ({ unknown }: Estimate): string =>
  unknown > 0 ? `, and ${unknown} line${unknown === 1 ? "" : "s"} of unknown cost` : "";

/** Smaller sums are printed as $0.0000. */
const LEAST_USD = 0.000_05;

function costText(cost: Estimate, before: Estimate | undefined): string[] {
  const change = before ? ` (${difference(cost, before)})` : "";
  const { changed, removed, unchanged, unchangedUsd } = costDelta(cost, before);
  return [
    `monthly cost with the usage in infra/cost/usage.json, ${cost.region} prices of ${cost.asOf}:`,
    ...changed.map((line) => `  ${line.item.padEnd(36)} ${costLine(line)}`),
    ...removed.map(
      ({ item, usd }) =>
        `  ${item.padEnd(36)} no longer, ${usd === undefined ? "unknown" : money(usd)} before`,
    ),
    ...(unchanged > 0 ? [`  ${`${unchanged} unchanged items`.padEnd(36)} ${money(unchangedUsd)}`] : []),
    `  ${"all".padEnd(36)} ${money(cost.usd)}${unknownLines(cost)}${change}`,
  ];
}

export const costLine = ({ quantity, unit, rate, usd }: CostLine): string =>
  `${amount(quantity)} ${unit} × ${rate === undefined ? "?" : `$${rate}`} = ${usd === undefined ? "unknown" : money(usd)}`;

export const money = (usd: number): string => `$${usd < 0.01 && usd > 0 ? usd.toFixed(4) : usd.toFixed(2)}`;
export const amount = (value: number | undefined): string =>
  value === undefined ? "?" : String(Number(value.toPrecision(4)));

export const label = (urn: string): string => `${shortType(typeOfUrn(urn))} ${nameOfUrn(urn)}`;
