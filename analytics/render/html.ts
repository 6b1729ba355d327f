import { createHash } from "node:crypto";
import { readAhead } from "./buffer";
import { chartStyle, drawChart } from "./chart/draw";
import { NARROW } from "./chart/frame";
import { RenderError } from "./errors";
import { escapeMarkup } from "./markup";
import type { RenderInput } from "./model";
import { factsList, noRows, notesList, TABLE_END, tableHead, tableRow, warningsList } from "./sections";

const pageStyle = `
:root{color-scheme:light dark;--ink:#1f2328;--muted:#656d76;--rule:#d8dde3;--ground:#ffffff;--stripe:#f5f7f9}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--muted:#9aa4af;--rule:#30363d;--ground:#14181d;--stripe:#1b2027}}
body{box-sizing:border-box;margin:2rem auto;width:fit-content;min-width:min(60rem,100%);max-width:100%;padding:0 1rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground)}
h1{font-size:1.5rem;margin:0 0 .25rem}p,.notes,.warnings,figure{max-width:60rem}p{margin:.25rem 0}.warnings{margin:0 0 1.25rem;padding:.5rem .75rem .5rem 2rem;border-left:4px solid var(--s2,#b35c00);background:var(--stripe)}
.facts,.notes{color:var(--muted);font-size:.85rem}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.5rem 0 1.25rem;padding:0}.facts div{display:flex;gap:.4rem}.facts dt,.facts dd{margin:0}
figure{margin:0 0 1.5rem}svg.chart{width:100%;height:auto;display:block}svg.chart.narrow{display:none}
@media (max-width:40rem){svg.chart{display:none}svg.chart.narrow{display:block}}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--muted);font-size:.85rem;padding-bottom:.4rem}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--rule);text-align:left;white-space:nowrap}
th{font-weight:600;white-space:normal;vertical-align:bottom}.number{text-align:right}
tbody tr:nth-child(even){background:var(--stripe)}
`.trim();

const style = `${pageStyle}\n${chartStyle}`;
/** Allows only the page's own style: no script and no request, whatever a cell contains. */
const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'`;

/** Browsers are slow on larger tables. */
const MAX_ROWS = 5_000;

/** A self-contained page: heading, chart, and the figures as a table. */
export async function* html(input: RenderInput): AsyncGenerator<string> {
  const { columns, chart, facts = [], notes = [] } = input;
  const { first, complete, all } = await readAhead(input.rows, MAX_ROWS + 1);
  if (!complete) {
    await all.return(undefined);
    throw new RenderError(
      3,
      `refused: the result has more than ${MAX_ROWS.toLocaleString("en")} rows, too many for an html page; ` +
        "choose --format csv, or ask for fewer rows",
    );
  }
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeMarkup(input.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeMarkup(input.title)}</h1>
`;
  if (input.description) yield `<p>${escapeMarkup(input.description)}</p>\n`;
  if (facts.length > 0) yield factsList(facts);
  const warnings = (await input.warnings?.()) ?? [];
  if (warnings.length > 0) yield warningsList(warnings);
  if (chart) {
    const { markup, omitted } = drawChart(chart, input, first);
    const narrow = drawChart(chart, input, first, { width: NARROW }).markup;
    yield `<figure>${markup}${narrow}${omitted ? `<figcaption class="notes">${escapeMarkup(omitted)}</figcaption>` : ""}</figure>\n`;
  }
  yield tableHead(input.title, columns);
  let empty = true;
  for await (const batch of all)
    if (batch.length > 0) {
      empty = false;
      yield batch.map((row) => tableRow(columns, row)).join("");
    }
  if (empty) yield noRows(columns);
  yield TABLE_END;
  if (notes.length > 0) yield notesList(notes);
  yield "</main>\n</body>\n</html>\n";
}
