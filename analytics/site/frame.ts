import type { Site } from "../../sql/library/site/model";
import { escapeMarkup } from "../render/markup";
import { fileOf, upFrom } from "./files";

/** Only the site's own style, script and images; a page needs nothing else, whatever a cell contains. */
export const CONTENT_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"><path d="M3 17l5-6 4 4 8-10"/><path d="M3 21c3-2 6-2 9 0s6 2 9 0"/></svg>';

/** The icon as a file: it has no text colour to follow. */
export const ICON_FILE = ICON.replace("currentColor", "#1f5a99");

export interface PageFrame {
  readonly site: Site;
  readonly file: string;
  readonly title: string;
  readonly description: string;
  /** Whether the page has a chart that reacts to a pointer. */
  readonly script?: boolean;
  readonly publishedAt: number;
  /** From the page to the root of the site, by default the way up from its folder. */
  readonly up?: string;
}

/** A whole page around its content, which is markup. */
export function framed(frame: PageFrame, content: string): string {
  const { site, file, title, description, script = false, publishedAt, up = upFrom(file) } = frame;
  const current = (target: string) => (target === file ? ' aria-current="page"' : "");
  const heading = file === "index.html" ? site.title : `${title} · ${site.title}`;
  const pages = site.pages.map(
    (page) =>
      `<li><a href="${up}${fileOf(page)}"${current(fileOf(page))}>${escapeMarkup(page.title)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(CONTENT_POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${escapeMarkup(description)}">
<meta name="referrer" content="no-referrer">
<title>${escapeMarkup(heading)}</title>
<link rel="stylesheet" href="${up}style.css">
<link rel="icon" type="image/svg+xml" href="${up}icon.svg">
<link rel="alternate" type="application/feed+json" title="${escapeMarkup(site.title)}: alerts" href="${up}feed.json">${script ? `\n<script src="${up}chart.js" defer></script>` : ""}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><div class="bar"><a class="brand" href="${up}index.html">${ICON.replace("<svg ", '<svg aria-hidden="true" ')}${escapeMarkup(site.title)}</a>
<nav aria-label="Site"><a href="${up}index.html"${current("index.html")}>Overview</a><a href="${up}alerts.html"${current("alerts.html")}>Alerts</a></nav></div></header>
<main id="main">
${content}</main>
<footer><nav aria-label="All reports"><ul>${pages.join("")}</ul></nav>
<p>Published ${timeElement(publishedAt)}. Times are UTC.</p></footer>
</body>
</html>
`;
}

export const timeElement = (at: number): string => {
  const iso = new Date(at).toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
};
