import type { CostLine, Estimate } from "../../infra/cost";
import type { Change, Value } from "../../packages/pulumi-local";
import { nameOfUrn, typeOfUrn } from "../../packages/pulumi-local";
import type { Against, PreviewReport } from "./report";

const SIGNS: Readonly<Record<Change["kind"], string>> = {
  created: "+",
  changed: "~",
  replaced: "±",
  deleted: "-",
};

/** For people in a terminal. */
export function asText({ preview, against, violations, cost }: PreviewReport): string {
  const made = preview.resources.filter(({ custom }) => custom);
  const sections = [
    against
      ? againstText(against)
      : made.map(
          ({ type, name, protect }) =>
            `${shortType(type).padEnd(44)} ${name}${protect ? "  (protected)" : ""}`,
        ),
    [`${made.length} resources in ${preview.stack}`],
    violations.length === 0
      ? ["guardrails: all met"]
      : [
          "guardrails:",
          ...violations.map(({ policy, urn, message }) => `  ${policy}: ${label(urn)}: ${message}`),
        ],
    costText(cost, against?.costBefore),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function againstText({ ref, changes, widenings }: Against): string[] {
  if (changes.length === 0) return [`no change against ${ref}`];
  return [
    `against ${ref}: ${count(changes)}`,
    ...changes.flatMap((change) => [
      `${SIGNS[change.kind]} ${shortType(change.type)} ${change.name}${note(change)}`,
      ...change.properties.map(
        ({ path, before, after }) => `    ${path}: ${brief(before)} → ${brief(after)}`,
      ),
    ]),
    ...(widenings.length === 0 ? [] : ["", "new permissions:"]),
    ...widenings.map(({ name, sid, allows }) => `! ${name} ${sid}: ${allows}`),
  ];
}

export const count = (changes: readonly Change[]): string =>
  (["created", "changed", "replaced", "deleted"] as const)
    .map((kind) => [changes.filter((change) => change.kind === kind).length, kind] as const)
    .filter(([many]) => many > 0)
    .map(([many, kind]) => `${many} ${kind}`)
    .join(", ");

export const note = ({ kind, losesData }: Change): string =>
  losesData ? ` — ${kind}: LOSES ITS DATA` : kind === "replaced" ? " — replaced" : "";

function costText(cost: Estimate, before: Estimate | undefined): string[] {
  const change = before
    ? ` (${before.usd <= cost.usd ? "+" : "-"}${money(Math.abs(cost.usd - before.usd))})`
    : "";
  const unknown = cost.unknown > 0 ? `, and ${cost.unknown} lines of unknown cost` : "";
  return [
    `monthly cost with the usage in infra/cost/usage.json, ${cost.region} prices of ${cost.asOf}:`,
    ...cost.lines.map((line) => `  ${line.item.padEnd(36)} ${costLine(line)}`),
    `  ${"all".padEnd(36)} ${money(cost.usd)}${unknown}${change}`,
  ];
}

export const costLine = ({ quantity, unit, rate, usd }: CostLine): string =>
  `${amount(quantity)} ${unit} × ${rate === undefined ? "?" : `$${rate}`} = ${usd === undefined ? "unknown" : money(usd)}`;

export const money = (usd: number): string => `$${usd < 0.01 && usd > 0 ? usd.toFixed(4) : usd.toFixed(2)}`;
export const amount = (value: number | undefined): string =>
  value === undefined ? "?" : String(Number(value.toPrecision(4)));

export const shortType = (type: string): string => type.replace(/^([^:]+):([^/:]+)[^:]*:/, "$1:$2:");
export const label = (urn: string): string => `${shortType(typeOfUrn(urn))} ${nameOfUrn(urn)}`;

const LONGEST = 100;

/** A value on one line, shortened, without control characters. */
export function brief(value: Value | undefined): string {
  if (value === undefined) return "(none)";
  const text = JSON.stringify(value).replace(/[\u007f-\u009f]/g, "?");
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
