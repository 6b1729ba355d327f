import { csv } from "../render/csv";
import { rowsOf } from "../render/model";
import { alertsPage, feedJson } from "./alerts-page";
import { fileOf, linksOf, partsOf } from "./files";
import { framed, ICON_FILE } from "./frame";
import { homePage } from "./home-page";
import { type Edition, isResult, type PageResult, type SiteFile } from "./model";
import { reportPage } from "./report-page";
import { siteStyle } from "./style";

const HTML = "text/html; charset=utf-8";

/** All files of an edition, the home page last, so that it never links to a page that is not there yet. */
export async function renderSite(edition: Edition): Promise<readonly SiteFile[]> {
  const links = linksOf(edition.outcomes);
  const files: SiteFile[] = [
    { path: "style.css", body: `${siteStyle}\n`, contentType: "text/css; charset=utf-8" },
    { path: "chart.js", body: edition.script, contentType: "text/javascript; charset=utf-8" },
    { path: "icon.svg", body: ICON_FILE, contentType: "image/svg+xml" },
  ];
  for (const result of edition.outcomes.filter(isResult)) {
    const { page } = result;
    const parts = partsOf(result);
    for (const part of parts)
      files.push(
        html(
          part.file,
          reportPage({
            edition,
            result: part.result,
            file: part.file,
            title: part.value,
            links,
            siblings: parts,
          }),
        ),
        await csvFile(part.file, part.result),
      );
    const file = fileOf(page);
    files.push(html(file, reportPage({ edition, result, file, title: page.title, links })));
    files.push(await csvFile(file, result));
  }
  files.push(
    html("alerts.html", alertsPage(edition)),
    html("404.html", missingPage(edition)),
    { path: "feed.json", body: feedJson(edition), contentType: "application/feed+json" },
    html("index.html", homePage(edition)),
  );
  return files;
}

const html = (path: string, body: string): SiteFile => ({ path, body, contentType: HTML });

async function csvFile(page: string, { page: { report }, columns, rows }: PageResult): Promise<SiteFile> {
  let body = "";
  const input = { title: report.title, description: report.description, columns, rows: rowsOf(rows) };
  for await (const piece of csv(input, {})) body += piece;
  return { path: page.replace(/\.html$/, ".csv"), body, contentType: "text/csv; charset=utf-8" };
}

/** Shown in any folder, so that its addresses begin at the root of the site. */
const missingPage = ({ site, publishedAt }: Edition): string =>
  framed(
    {
      site,
      file: "404.html",
      title: "Page not found",
      description: "There is no such page.",
      publishedAt,
      up: "/",
    },
    '<h1>Page not found</h1>\n<p class="lead">There is no such page. <a href="/index.html">The overview</a> links to all.</p>\n',
  );
