import { conditionText, evaluate } from "../../sql/library/site/condition";
import type { SitePage } from "../../sql/library/site/model";
import { escapeMarkup } from "../render/markup";
import { alertList } from "./alerts-page";
import { fileOf, partsOf } from "./files";
import { framed, timeElement } from "./frame";
import { type Edition, isResult, type Outcome, type PageResult } from "./model";
import { sparkBars, sparkLine } from "./spark";
import { type Figure, summaryOf } from "./summary";

const ALERTS_SHOWN = 5;

/** Headline figures of split pages, a card for each report by feed, and the newest alerts. */
export function homePage(edition: Edition): string {
  const { site, outcomes, alerts, publishedAt } = edition;
  const split = outcomes.filter((outcome) => isResult(outcome) && outcome.page.split !== undefined);
  const sections = [...new Set(site.pages.map(({ report }) => report.feed))].map((feed) => {
    const cards = outcomes.filter(
      (outcome) =>
        outcome.page.report.feed === feed && (outcome.page.split === undefined || !isResult(outcome)),
    );
    return cards.length === 0
      ? ""
      : `<h2>${escapeMarkup(sectionTitle(feed))}</h2>\n<ul class="grid">${cards.map(card).join("")}</ul>\n`;
  });
  const content = [
    `<h1>${escapeMarkup(site.title)}</h1>\n<p class="lead">${escapeMarkup(site.description)}</p>\n`,
    `<p class="stamp"><span>Published ${timeElement(publishedAt)}</span></p>\n`,
    ...split.map((outcome) => (isResult(outcome) ? tiles(outcome) : "")),
    ...(alerts.length > 0
      ? [
          `<h2>Newest alerts</h2>\n<div class="panel">${alertList(alerts.slice(0, ALERTS_SHOWN), "")}<p><a href="alerts.html">All alerts</a></p></div>\n`,
        ]
      : []),
    ...sections,
  ].join("");
  return framed(
    { site, file: "index.html", title: site.title, description: site.description, publishedAt },
    content,
  );
}

const sectionTitle = (feed: string): string =>
  feed === "each" ? "Pipeline" : feed.charAt(0).toUpperCase() + feed.slice(1);

function tiles(result: PageResult): string {
  const items = partsOf(result).map(({ value, file, result: part }) => {
    const { figures, line = [] } = summaryOf(part);
    const [figure] = figures;
    return `<li class="card"><h3><a href="${file}">${escapeMarkup(value)}</a></h3>${figure ? `<div><div class="figure">${figureText(figure)}</div>${changeText(figure)}</div>` : ""}${sparkLine(line)}</li>`;
  });
  if (items.length === 0) return "";
  return `<h2><a href="${fileOf(result.page)}">${escapeMarkup(result.page.title)}</a></h2>\n<ul class="grid tiles">${items.join("")}</ul>\n`;
}

function card(outcome: Outcome): string {
  const { page } = outcome;
  const body = isResult(outcome)
    ? resultCard(outcome)
    : "<p>Its query failed. The page shows an earlier result, if there is one.</p>";
  return `<li class="card"><h3><a href="${fileOf(page)}">${escapeMarkup(page.title)}</a></h3>${body}</li>`;
}

function resultCard(result: PageResult): string {
  const { page, rows } = result;
  const { figures, line, bars } = summaryOf(result);
  const shown = figures.map(
    (figure) =>
      `<div><dt>${escapeMarkup(figure.label)}</dt><dd>${figureText(figure)} ${changeText(figure)}</dd></div>`,
  );
  const empty =
    rows.length === 0 ? `<p>${escapeMarkup(page.report.empty ?? "No rows in this window")}</p>` : "";
  const text = shown.length > 0 ? `<dl class="figures">${shown.join("")}</dl>` : empty;
  const about = shown.length > 0 || empty !== "" ? "" : `<p>${escapeMarkup(page.report.description)}</p>`;
  return `${text}${about}${badges(page, result)}${line ? sparkLine(line) : bars ? sparkBars(bars) : ""}`;
}

function badges({ when }: SitePage, { columns, rows, warnings }: PageResult): string {
  const alert = when && evaluate(when, columns, rows).holds;
  const all = [
    ...(alert ? [`<span class="badge holds">${escapeMarkup(conditionText(when))}</span>`] : []),
    ...(warnings.length > 0
      ? [`<span class="badge">${warnings.length} ${warnings.length === 1 ? "warning" : "warnings"}</span>`]
      : []),
  ];
  return all.length > 0 ? `<div class="badges">${all.join("")}</div>` : "";
}

const figureText = ({ value, unit }: Figure): string =>
  `${escapeMarkup(value)}${unit && unit !== "UTC" ? ` <span class="unit">${escapeMarkup(unit)}</span>` : ""}`;

function changeText({ change }: Figure): string {
  if (change === undefined) return "";
  const text = `${Math.abs(change).toFixed(1)} %`;
  if (text === "0.0 %") return `<span class="change">${text}</span>`;
  return `<span class="change ${change > 0 ? "rise" : "fall"}">${change > 0 ? "▲" : "▼"} ${text}</span>`;
}
