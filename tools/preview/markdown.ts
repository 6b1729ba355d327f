import type { Estimate } from "../../infra/cost";
import { costDelta, groupChanges, namesText, shorten } from "./delta";
import type { Against, PreviewReport } from "./report";
import { amount, count, difference, label, money, note, shortType } from "./text";

/** A comment on GitHub holds 65,536 characters: rows beyond this number are counted only. */
const MAX_ROWS = 150;

/** For a pull request's comment: what changes comes first. */
export function asMarkdown({ preview, against, violations, cost }: PreviewReport): string {
  return [
    `### pricelake ${preview.stack}`,
    "",
    ...(against ? againstLines(against, cost) : []),
    violations.length === 0 ? "Guardrails: all met." : "**Guardrails**",
    "",
    ...violations.map(({ policy, urn, message }) => `- \`${policy}\` ${cell(`${label(urn)}: ${message}`)}`),
    ...costLines(cost, against?.costBefore),
  ].join("\n");
}

function againstLines({ changes, widenings, ref, costBefore, delivery }: Against, cost: Estimate): string[] {
  if (changes.length === 0) return [`No change against \`${ref}\`.`, ""];
  const losses = changes.filter(({ losesData }) => losesData);
  const rows = groupChanges(changes).flatMap((group) => {
    const resource = cell(`${shortType(group.type)} ${namesText(group)}${note(group)}`);
    if (group.properties.length === 0) return [`| ${group.kind} | ${resource} | | | |`];
    return group.properties.map(
      ({ path, before, after }, i) =>
        `| ${i === 0 ? group.kind : ""} | ${i === 0 ? resource : ""} | ${[path, before, after].map((text) => cell(shorten(text))).join(" | ")} |`,
    );
  });
  return [
    `Against \`${ref}\`: ${count(changes)}, ${difference(cost, costBefore)} a month.`,
    "",
    ...(losses.length === 0
      ? []
      : [
          "> [!CAUTION]",
          ...losses.map(
            ({ type, name, kind }) =>
              `> ${cell(`${shortType(type)} ${name}`)} is ${kind} and **loses its data**`,
          ),
          "",
        ]),
    ...(delivery.length === 0
      ? []
      : ["**Raw objects**", "", ...delivery.map((note) => `- ${cell(note)}`), ""]),
    ...(widenings.length === 0
      ? []
      : [
          "**New permissions**",
          "",
          ...widenings.map(({ name, sid, allows }) => `- ${cell(`${name} ${sid}: ${allows}`)}`),
          "",
        ]),
    "| | resource | property | before | after |",
    "|---|---|---|---|---|",
    ...rows.slice(0, MAX_ROWS),
    "",
    ...(rows.length > MAX_ROWS ? [`${rows.length - MAX_ROWS} more rows: see the text format.`, ""] : []),
  ];
}

function costLines(cost: Estimate, before: Estimate | undefined): string[] {
  const { changed, removed, unchanged, unchangedUsd } = costDelta(cost, before);
  return [
    `<details><summary>About ${money(cost.usd)} a month${before ? `, ${money(before.usd)} before` : ""}</summary>`,
    "",
    `Prices of ${cost.asOf}, ${cost.region}; usage assumed in infra/cost/usage.json.`,
    "",
    "| item | quantity | unit | rate | USD |",
    "|---|---:|---|---:|---:|",
    ...changed.map(
      ({ item, quantity, unit, rate, usd }) =>
        `| ${cell(item)} | ${amount(quantity)} | ${unit} | ${rate ?? "?"} | ${usd === undefined ? "unknown" : money(usd)} |`,
    ),
    ...removed.map(({ item }) => `| ${cell(item)} | no longer | | | $0.00 |`),
    ...(unchanged > 0 ? [`| ${unchanged} unchanged items | | | | ${money(unchangedUsd)} |`] : []),
    "",
    "</details>",
    "",
  ];
}

/** Escapes Markdown within a table cell. */
const cell = (text: string): string =>
  text.replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`).replaceAll(/[\r\n]+/g, " ");
