import type { Cells } from "../../data/cells";
import { escapeMarkup } from "./markup";
import { headingOf, isNumber, type RenderColumn } from "./model";
import { forPeople } from "./numbers";

/** Parts of an HTML page that shows a result. Each returns markup with every value escaped. */

export const factsList = (facts: readonly (readonly [string, string])[]): string =>
  `<dl class="facts">${facts.map(([name, value]) => `<div><dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(value)}</dd></div>`).join("")}</dl>\n`;

export const warningsList = (warnings: readonly string[]): string =>
  `<ul class="warnings" aria-label="Warnings">${listItems(warnings)}</ul>\n`;

export const notesList = (notes: readonly string[]): string => `<ul class="notes">${listItems(notes)}</ul>\n`;

const listItems = (items: readonly string[]): string =>
  items.map((item) => `<li>${escapeMarkup(item)}</li>`).join("");

/** The table up to its rows. */
export function tableHead(title: string, columns: readonly RenderColumn[]): string {
  const heads = columns.map(
    ({ name, type, unit, doc }) =>
      `<th scope="col"${classOf(type)}${doc ? ` title="${escapeMarkup(doc)}"` : ""}>${breakable(headingOf({ name, ...(unit !== undefined && { unit }) }))}</th>`,
  );
  return `<div class="wide" role="region" aria-label="Figures" tabindex="0">\n<table>\n<caption>${escapeMarkup(title)}: the figures</caption>\n<thead><tr>${heads.join("")}</tr></thead>\n<tbody>\n`;
}

export const TABLE_END = "</tbody>\n</table>\n</div>\n";

/** The address that a cell links to; undefined for none. */
export type LinkOf = (column: RenderColumn, cell: string) => string | undefined;

export function tableRow(columns: readonly RenderColumn[], row: Cells, linkOf?: LinkOf): string {
  const cells = columns.map((column, at) => {
    const cell = row[at] ?? null;
    const text = escapeMarkup(forPeople(column, cell));
    const link = cell === null ? undefined : linkOf?.(column, cell);
    return `<td${classOf(column.type)}>${link === undefined ? text : `<a href="${escapeMarkup(link)}">${text}</a>`}</td>`;
  });
  return `<tr>${cells.join("")}</tr>\n`;
}

export const noRows = (columns: readonly RenderColumn[], text = "No rows"): string =>
  `<tr><td colspan="${columns.length}">${escapeMarkup(text)}</td></tr>\n`;

const classOf = (type: string): string => (isNumber(type) ? ' class="number"' : "");

/** Lets a heading break after an underscore, so that narrow columns stay narrow. */
const breakable = (heading: string): string => escapeMarkup(heading).replaceAll("_", "_<wbr>");
