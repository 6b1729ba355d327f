import type { Estimate } from "../../infra/cost";
import { costDelta, groupChanges, lossTexts, shorten, shortType, widenedTexts } from "./delta";
import type { Against, PreviewReport } from "./report";
import { namesText } from "./resource-names";
import { compactionNotes, retentionLines } from "./retention";
import { amount, count, difference, label, money, note, unknownLines } from "./text";

/**
 * A comment on GitHub holds 65,536 characters, and has the previews of three environments. Each section has a share.
 */
const SHARES = {
  losses: 3_000,
  permissions: 5_000,
  violations: 2_000,
  changes: 6_000,
  retention: 1_000,
  costs: 3_000,
};

/** As many lines as have room, and a line that counts the others. A table's line is never cut. */
function within(lines: readonly string[], room: number, counted: (more: number) => string): string[] {
  let used = 0;
  const shown = lines.filter((line) => {
    used += line.length + 1;
    return used <= room;
  });
  const more = lines.length - shown.length;
  return more > 0 ? [...shown, counted(more)] : shown;
}

const moreLines = (more: number): string => `- ${more} more: see the text format`;

/** For a pull request's comment: what changes comes first. */
export function asMarkdown({ preview, against, violations, cost, notJudged }: PreviewReport): string {
  const violated = violations.map(
    ({ policy, urn, message }) => `- \`${policy}\` ${cell(`${label(urn)}: ${message}`)}`,
  );
  return [
    `### ${cell(preview.project)} ${preview.stack}`,
    "",
    ...(against ? againstLines(against, cost) : [resourceCount(preview), ""]),
    ...(notJudged.length === 0
      ? []
      : [`Not judged for data loss: ${notJudged.map((type) => `\`${type}\``).join(", ")}.`, ""]),
    violations.length === 0 ? "Guardrails: all met." : "**Guardrails**",
    "",
    ...within(violated, SHARES.violations, moreLines),
    ...retention(preview.resources),
    ...costLines(cost, against?.costBefore),
  ].join("\n");
}

const resourceCount = ({ resources }: PreviewReport["preview"]): string =>
  `${resources.filter(({ custom }) => custom).length} resources.`;

function retention(resources: PreviewReport["preview"]["resources"]): string[] {
  const lines = retentionLines(resources).map((line) => `- ${cell(line)}`);
  if (lines.length === 0) return [];
  const shown = within(lines, SHARES.retention, moreLines);
  return ["<details><summary>When data is deleted</summary>", "", ...shown, "", "</details>", ""];
}

function againstLines({ changes, widenings, ref, costBefore, delivery }: Against, cost: Estimate): string[] {
  if (changes.length === 0) return [`No change against \`${ref}\`.`, ""];
  const groups = groupChanges(changes);
  const losses = lossTexts(groups).map(({ what, how }) => `> - ${cell(what)} ${how}: **data is lost**`);
  const permissions = widenedTexts(widenings).map((line) => `- ${cell(line)}`);
  const rows = groups.flatMap((group) => {
    const resource = cell(`${shortType(group.type)} ${namesText(group)}${note(group)}`);
    if (group.properties.length === 0) return [`| ${group.kind} | ${resource} | | | |`];
    return group.properties.map(
      ({ path, before, after }, i) =>
        `| ${i === 0 ? group.kind : ""} | ${i === 0 ? resource : ""} | ${[path, before, after].map((text) => cell(shorten(text))).join(" | ")} |`,
    );
  });
  return [
    `Against \`${ref}\`: ${count(changes)}, monthly cost ${difference(cost, costBefore)}.` +
      (losses.length === 0 ? " No data is lost." : ""),
    "",
    ...(losses.length === 0
      ? []
      : [
          "> [!CAUTION]",
          ...within(losses, SHARES.losses, (more) => `> - ${more} more: see the text format`),
          "",
        ]),
    ...compactionNotes(changes).flatMap((line) => [`- ${cell(line)}`, ""]),
    ...(delivery.length === 0 ? [] : ["**Raw objects**", "", ...delivery.map((one) => `- ${cell(one)}`), ""]),
    ...(permissions.length === 0
      ? []
      : ["**New permissions**", "", ...within(permissions, SHARES.permissions, moreLines), ""]),
    "| | resource | property | before | after |",
    "|---|---|---|---|---|",
    ...within(rows, SHARES.changes, (more) => `| | ${more} more rows: see the text format | | | |`),
    "",
  ];
}

function costLines(cost: Estimate, before: Estimate | undefined): string[] {
  const { changed, removed, unchanged, unchangedUsd } = costDelta(cost, before);
  return [
    `<details><summary>About ${money(cost.usd)} a month${unknownLines(cost)}${before ? `; ${money(before.usd)} before` : ""}</summary>`,
    "",
    `Prices of ${cost.asOf}, ${cost.region}; usage assumed in infra/cost/usage.json.`,
    "",
    "| item | quantity | unit | rate | USD |",
    "|---|---:|---|---:|---:|",
    ...within(
      [
        ...changed.map(
          ({ item, quantity, unit, rate, usd }) =>
            `| ${cell(item)} | ${amount(quantity)} | ${unit} | ${rate ?? "?"} | ${usd === undefined ? "unknown" : money(usd)} |`,
        ),
        ...removed.map(({ item }) => `| ${cell(item)} | no longer | | | $0.00 |`),
      ],
      SHARES.costs,
      (more) => `| ${more} more items: see the text format | | | | |`,
    ),
    ...(unchanged > 0 ? [`| ${unchanged} unchanged items | | | | ${money(unchangedUsd)} |`] : []),
    "",
    "</details>",
    "",
  ];
}

/** Escapes Markdown within a table cell. */
const cell = (text: string): string =>
  text.replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`).replaceAll(/[\r\n]+/g, " ");
