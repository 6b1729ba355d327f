import { escapeMarkup } from "../render/markup";
import { framed, timeElement } from "./frame";
import type { Edition, SiteAlert } from "./model";

export function alertsPage(edition: Edition): string {
  const { site, alerts, publishedAt } = edition;
  const list =
    alerts.length > 0
      ? `<div class="panel">${alertList(alerts, "")}</div>\n`
      : '<div class="panel"><p>No alerts.</p></div>\n';
  const about = "Matches of the alert rules, and reports whose condition holds. The newest come first.";
  const content = `<p class="crumbs"><a href="index.html">Overview</a></p>\n<h1>Alerts</h1>\n<p class="lead">${about}</p>\n<p class="stamp"><a href="feed.json">JSON feed for readers</a></p>\n${list}`;
  return framed({ site, file: "alerts.html", title: "Alerts", description: about, publishedAt }, content);
}

export function alertList(alerts: readonly SiteAlert[], up: string): string {
  const items = alerts.map(({ title, text, severity, time, file }) => {
    const heading =
      file === undefined ? escapeMarkup(title) : `<a href="${up}${file}">${escapeMarkup(title)}</a>`;
    return `<li><strong>${heading}</strong> <span class="badge">${escapeMarkup(severity)}</span><p>${escapeMarkup(text)}</p>${timeElement(Date.parse(time))}</li>`;
  });
  return `<ul class="alerts">${items.join("")}</ul>`;
}

/** JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). Addresses are optional in it. */
export function feedJson({ site, alerts, url }: Edition): string {
  const base = url === undefined ? undefined : url.replace(/\/?$/, "/");
  return `${JSON.stringify(
    {
      version: "https://jsonfeed.org/version/1.1",
      title: `${site.title}: alerts`,
      description: site.description,
      language: "en",
      ...(base !== undefined && { home_page_url: `${base}alerts.html`, feed_url: `${base}feed.json` }),
      items: alerts.map(({ id, title, text, severity, time, file }) => ({
        id,
        title,
        content_text: text,
        date_published: time,
        tags: [severity],
        ...(base !== undefined && { url: `${base}${file ?? "alerts.html"}` }),
      })),
    },
    null,
    1,
  )}\n`;
}
