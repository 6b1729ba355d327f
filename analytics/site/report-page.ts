import { conditionText, evaluate } from "../../sql/library/site/condition";
import { drawChart } from "../render/chart/draw";
import { NARROW } from "../render/chart/frame";
import { escapeMarkup } from "../render/markup";
import type { RenderInput } from "../render/model";
import { rowsOf } from "../render/model";
import {
  factsList,
  noRows,
  notesList,
  TABLE_END,
  tableHead,
  tableRow,
  warningsList,
} from "../render/sections";
import { chartData, dataElement } from "./chart-data";
import { linkIn, type Part, partsOf, upFrom } from "./files";
import { framed, timeElement } from "./frame";
import type { Edition, PageResult } from "./model";

/** Larger tables make a page slow; the CSV file beside it has all rows. */
const MOST_TABLE_ROWS = 500;

export interface ReportPage {
  readonly edition: Edition;
  readonly result: PageResult;
  readonly file: string;
  readonly title: string;
  readonly links: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The other pages of the same split, and this one. */
  readonly siblings?: readonly Part[];
}

export function reportPage({ edition, result, file, title, links, siblings }: ReportPage): string {
  const { page, columns, rows, truncated, facts, warnings, freshness } = result;
  const { report } = page;
  const up = upFrom(file);
  const parts = siblings ?? partsOf(result);
  const data = chartData(result);
  const csv = file.slice(file.lastIndexOf("/") + 1).replace(/\.html$/, ".csv");
  const shown = rows.slice(0, MOST_TABLE_ROWS);
  const remarks = [
    ...(rows.length > shown.length
      ? [
          `The table shows the first ${count(shown.length)} of ${count(rows.length)} rows; the CSV file has all.`,
        ]
      : []),
    ...(truncated ? [`The result has more than ${count(rows.length)} rows; the others were not read.`] : []),
    ...report.notes,
  ];
  const content = [
    `<p class="crumbs"><a href="${up}index.html">Overview</a>${siblings ? ` / <a href="${up}${page.path}.html">${escapeMarkup(page.title)}</a>` : ""}</p>\n`,
    `<h1>${escapeMarkup(title)}</h1>\n<p class="lead">${escapeMarkup(report.description)}</p>\n`,
    `<p class="stamp"><span>Published ${timeElement(edition.publishedAt)}</span>${freshness ? `<span>Newest data: hour ${escapeMarkup(freshness.newestHour)} UTC${freshness.writtenAt === undefined ? "" : `, written ${timeElement(freshness.writtenAt)}`}</span>` : ""}<a href="${csv}">Rows as CSV</a></p>\n`,
    parts.length > 0 ? partLinks(parts, file, up, page.title) : "",
    warnings.length > 0 ? warningsList(warnings) : "",
    conditionPanel(result),
    chartFigure(result, title),
    data && rows.length > 0 ? `${dataElement(data)}\n` : "",
    tableHead(title, columns),
    shown.map((row) => tableRow(columns, row, linkIn(links, up))).join(""),
    rows.length === 0 ? noRows(columns, report.empty ?? "No rows in this window") : "",
    TABLE_END,
    remarks.length > 0 ? notesList(remarks) : "",
    facts.length > 0 ? `<section class="panel"><h2>Parameters</h2>\n${factsList(facts)}</section>\n` : "",
  ].join("");
  return framed(
    {
      site: edition.site,
      file,
      title,
      description: report.description,
      script: data !== undefined,
      publishedAt: edition.publishedAt,
    },
    content,
  );
}

const count = (number: number): string => number.toLocaleString("en");

function partLinks(parts: readonly Part[], file: string, up: string, title: string): string {
  const items = parts.map(
    (part) =>
      `<li><a href="${up}${part.file}"${part.file === file ? ' aria-current="page"' : ""}>${escapeMarkup(part.value)}</a></li>`,
  );
  return `<nav aria-label="${escapeMarkup(title)}"><ul class="links">${items.join("")}</ul></nav>\n`;
}

function conditionPanel({ page: { when }, columns, rows }: PageResult): string {
  if (!when) return "";
  const { holds } = evaluate(when, columns, rows);
  return `<p class="badges"><span class="badge${holds ? " holds" : ""}">${holds ? "Alert" : "No alert"}: ${escapeMarkup(conditionText(when))}</span></p>\n`;
}

function chartFigure(result: PageResult, title: string): string {
  const { page, columns, rows } = result;
  const { chart, description } = page.report;
  if (!chart) return "";
  const input: RenderInput = { title, description, chart, columns, rows: rowsOf(rows) };
  const { markup, omitted } = drawChart(chart, input, rows);
  const narrow = drawChart(chart, input, rows, { width: NARROW }).markup;
  const caption = omitted ? `<figcaption class="notes">${escapeMarkup(omitted)}</figcaption>` : "";
  return `<figure class="panel"><div class="area">${markup}${narrow}</div>${caption}</figure>\n`;
}
