import { call } from "../kit/api";
import { count, duration, time } from "../kit/format";
import { useLive } from "../kit/live";
import { Action, Badge, Facts, Named, Page, Panel } from "../kit/page";
import { ListPanel, Reading } from "../kit/reading";
import { hrefOf } from "../kit/route";
import { Table } from "../kit/table";
import { Location } from "./location";

const EVERY_MS = 4000;

export function Crawlers() {
  const read = useLive("crawlers", (signal) => call("glue", "GetCrawlers", {}, signal), EVERY_MS);
  return (
    <ListPanel
      read={read}
      label="crawlers"
      rows={read.data?.Crawlers ?? []}
      keyOf={({ Name = "" }) => Name}
      columns={[
        {
          name: "Name",
          of: ({ Name = "" }) => <Named icon="query" text={Name} href={hrefOf(["glue", "crawlers", Name])} />,
        },
        { name: "State", of: ({ State }) => <Badge text={State} /> },
        { name: "Last run", of: ({ LastCrawl }) => <Badge text={LastCrawl?.Status} /> },
        { name: "Started (UTC)", of: ({ LastCrawl }) => time(LastCrawl?.StartTime) },
        {
          name: "Database",
          of: ({ DatabaseName = "" }) => <a href={hrefOf(["glue", DatabaseName])}>{DatabaseName}</a>,
        },
        {
          name: "Targets",
          of: ({ Targets }) => Targets?.S3Targets?.map(({ Path }) => <Location key={Path} uri={Path} />),
          wide: true,
        },
      ]}
    />
  );
}

/** A crawler with its runs and what each of them changed. */
export function CrawlerPage({ name }: { name: string }) {
  const read = useLive(
    `crawler ${name}`,
    async (signal) => {
      const [{ Crawler }, { Crawls = [] }] = await Promise.all([
        call("glue", "GetCrawler", { Name: name }, signal),
        call("glue", "ListCrawls", { CrawlerName: name, MaxResults: 100 }, signal),
      ]);
      return { crawler: Crawler, crawls: Crawls };
    },
    EVERY_MS,
  );
  const { crawler, crawls = [] } = read.data ?? {};
  return (
    <Page
      title={name}
      crumbs={[
        { text: "Glue", href: "#/glue" },
        { text: "Crawlers", href: "#/glue/crawlers" },
      ]}
      about={crawler?.Description}
      actions={
        <Action run={() => call("glue", "StartCrawler", { Name: name }).then(read.reload)} done="Started">
          Run crawler
        </Action>
      }
    >
      <Reading of={read} />
      {crawler && (
        <Panel>
          <Facts
            facts={{
              State: <Badge text={crawler.State} />,
              Database: crawler.DatabaseName,
              Targets: crawler.Targets?.S3Targets?.map(({ Path }) => <Location key={Path} uri={Path} />),
              Schedule: crawler.Schedule?.ScheduleExpression ?? "on demand",
              "When the schema changes": crawler.SchemaChangePolicy?.UpdateBehavior?.toLowerCase().replaceAll(
                "_",
                " ",
              ),
              "When objects are gone": crawler.SchemaChangePolicy?.DeleteBehavior?.toLowerCase().replaceAll(
                "_",
                " ",
              ),
            }}
          />
        </Panel>
      )}
      {crawler && (
        <Panel class="flush" title="Runs">
          <Table
            label="runs"
            rows={crawls}
            keyOf={({ CrawlId = "" }) => CrawlId}
            columns={[
              { name: "Started (UTC)", of: ({ StartTime }) => time(StartTime) },
              { name: "State", of: ({ State }) => <Badge text={State} /> },
              {
                name: "Time",
                of: ({ StartTime, EndTime }) =>
                  StartTime && EndTime ? duration(Date.parse(EndTime) - Date.parse(StartTime)) : "–",
                number: true,
              },
              {
                name: "What changed",
                of: ({ Summary, ErrorMessage }) => ErrorMessage ?? changesOf(Summary),
                wide: true,
              },
              {
                name: "DPU hours",
                of: ({ DPUHour }) => (DPUHour === undefined ? "–" : DPUHour.toFixed(3)),
                number: true,
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

/** The summary of a crawl is JSON: {"TABLE": "{\"ADD\": {\"Details\": …, \"Count\": 2}}"}. */
function changesOf(summary: string | undefined): string {
  if (!summary) return "nothing";
  try {
    const kinds = Object.entries(JSON.parse(summary) as Record<string, string | object>).flatMap(
      ([kind, value]) => {
        const changes = (typeof value === "string" ? JSON.parse(value) : value) as Record<
          string,
          { Count?: number }
        >;
        return Object.entries(changes).map(
          ([change, { Count }]) =>
            `${count(Count)} ${kind.toLowerCase()}${Count === 1 ? "" : "s"}: ${change.toLowerCase()}`,
        );
      },
    );
    return kinds.join(", ") || "nothing";
  } catch {
    return summary;
  }
}
