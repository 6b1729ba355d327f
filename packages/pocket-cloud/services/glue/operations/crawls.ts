import type { CrawlerHistory, CrawlerMetrics, CrawlsFilter } from "@aws-sdk/client-glue";
import type { Run } from "../crawler/crawlers";
import { invalidInput } from "../errors";
import { type MakeForCrawlers, onCrawler, pageOf } from "../operation";

export const StartCrawler: MakeForCrawlers<"StartCrawler"> = (crawlers) => ({
  ...onCrawler(crawlers),
  run: ({ Name = "" }) => {
    crawlers.start(Name);
    return {};
  },
});

export const StopCrawler: MakeForCrawlers<"StopCrawler"> = (crawlers) => ({
  ...onCrawler(crawlers),
  run: ({ Name = "" }) => {
    crawlers.stop(Name);
    return {};
  },
});

export const ListCrawls: MakeForCrawlers<"ListCrawls"> = (crawlers) => ({
  ...onCrawler(crawlers),
  run: (input) => {
    crawlers.get(input.CrawlerName);
    const filters = (input.Filters ?? []).map(filterOf);
    const runs = crawlers
      .runs(input.CrawlerName ?? "")
      .filter((run) => filters.every((passes) => passes(run)));
    const { page, ...next } = pageOf(runs, input);
    return { Crawls: page.map(historyOf), ...next };
  },
});

const historyOf = ({ counts: _, ...run }: Run): CrawlerHistory => run;

const FIELDS: Readonly<Record<string, (run: Run) => string | number | undefined>> = {
  CRAWL_ID: (run) => run.CrawlId,
  STATE: (run) => run.State,
  START_TIME: (run) => run.StartTime?.getTime(),
  END_TIME: (run) => run.EndTime?.getTime(),
};

const OPERATORS: Readonly<Record<string, (a: string | number, b: string | number) => boolean>> = {
  EQ: (a, b) => a === b,
  NE: (a, b) => a !== b,
  GT: (a, b) => a > b,
  GE: (a, b) => a >= b,
  LT: (a, b) => a < b,
  LE: (a, b) => a <= b,
};

function filterOf({
  FieldName = "CRAWL_ID",
  FilterOperator = "EQ",
  FieldValue = "",
}: CrawlsFilter): (run: Run) => boolean {
  const field = FIELDS[FieldName];
  const compare = OPERATORS[FilterOperator];
  if (!field || !compare) throw invalidInput(`Crawls cannot be filtered by ${FieldName} ${FilterOperator}`);
  const isTime = FieldName.endsWith("_TIME");
  return (run) => {
    const value = field(run);
    return value !== undefined && compare(value, isTime ? Number(FieldValue) : FieldValue);
  };
}

export const GetCrawlerMetrics: MakeForCrawlers<"GetCrawlerMetrics"> = (crawlers) => ({
  run: (input) => {
    const names = input.CrawlerNameList?.length
      ? input.CrawlerNameList.filter((name) => crawlers.all.has(name))
      : crawlers.all.keys();
    const { page, ...next } = pageOf(names, input);
    return { CrawlerMetricsList: page.map((name) => metricsOf(name, crawlers.runs(name))), ...next };
  },
});

function metricsOf(CrawlerName: string, runs: readonly Run[]): CrawlerMetrics {
  const seconds = runs.flatMap(({ StartTime, EndTime }) =>
    StartTime && EndTime ? [(EndTime.getTime() - StartTime.getTime()) / 1000] : [],
  );
  const median = [...seconds].sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? 0;
  const last = runs.find(({ EndTime }) => EndTime !== undefined)?.counts;
  return {
    CrawlerName,
    TimeLeftSeconds: 0,
    StillEstimating: runs[0]?.State === "RUNNING",
    LastRuntimeSeconds: seconds[0] ?? 0,
    MedianRuntimeSeconds: median,
    TablesCreated: last?.created ?? 0,
    TablesUpdated: last?.updated ?? 0,
    TablesDeleted: last?.deleted ?? 0,
  };
}
