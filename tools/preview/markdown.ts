import type { PreviewReport } from "./report";
import { amount, brief, count, label, money, note, shortType } from "./text";

/** For a pull request's comment. */
export function asMarkdown({ preview, against, violations, cost }: PreviewReport): string {
  const lines = [`### pricelake ${preview.stack}`, ""];
  if (against) {
    const { changes, widenings, ref } = against;
    lines.push(
      changes.length === 0 ? `No change against \`${ref}\`.` : `Against \`${ref}\`: ${count(changes)}.`,
      "",
    );
    const losses = changes.filter(({ losesData }) => losesData);
    if (losses.length > 0)
      lines.push(
        "> [!CAUTION]",
        ...losses.map(
          ({ type, name, kind }) =>
            `> ${cell(`${shortType(type)} ${name}`)} is ${kind} and **loses its data**`,
        ),
        "",
      );
    if (changes.length > 0) {
      lines.push("| | resource | property | before | after |", "|---|---|---|---|---|");
      for (const change of changes) {
        const resource = cell(`${shortType(change.type)} ${change.name}${note(change)}`);
        if (change.properties.length === 0) lines.push(`| ${change.kind} | ${resource} | | | |`);
        for (const { path, before, after } of change.properties)
          lines.push(
            `| ${change.kind} | ${resource} | ${cell(path)} | ${cell(brief(before))} | ${cell(brief(after))} |`,
          );
      }
      lines.push("");
    }
    if (widenings.length > 0)
      lines.push(
        "**New permissions**",
        "",
        ...widenings.map(({ name, sid, allows }) => `- ${cell(`${name} ${sid}: ${allows}`)}`),
        "",
      );
  }
  lines.push(violations.length === 0 ? "Guardrails: all met." : "**Guardrails**", "");
  for (const { policy, urn, message } of violations)
    lines.push(`- \`${policy}\` ${cell(`${label(urn)}: ${message}`)}`);
  const before = against ? `, ${money(against.costBefore.usd)} before` : "";
  lines.push(
    `<details><summary>About ${money(cost.usd)} a month${before}</summary>`,
    "",
    `Prices of ${cost.asOf}, ${cost.region}; usage assumed in infra/cost/usage.json.`,
    "",
    "| item | quantity | unit | rate | USD |",
    "|---|---:|---|---:|---:|",
    ...cost.lines.map(
      ({ item, quantity, unit, rate, usd }) =>
        `| ${cell(item)} | ${amount(quantity)} | ${unit} | ${rate ?? "?"} | ${usd === undefined ? "unknown" : money(usd)} |`,
    ),
    "",
    "</details>",
    "",
  );
  return lines.join("\n");
}

/** Escapes Markdown within a table cell. */
const cell = (text: string): string =>
  text.replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`).replaceAll(/[\r\n]+/g, " ");
