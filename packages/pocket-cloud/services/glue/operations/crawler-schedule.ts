import { AwsError } from "../../../errors";
import { type Crawlers, checkSchedule } from "../crawler/runner";
import { type GlueOperation, glueArn } from "../operation";

const onNamed = ({ store }: Crawlers) => ({
  resources: (input: { CrawlerName?: string | undefined }) => [
    glueArn(store.cloud, `crawler/${input.CrawlerName ?? ""}`),
  ],
});

export const updateCrawlerSchedule = (crawlers: Crawlers): GlueOperation<"UpdateCrawlerSchedule"> => ({
  ...onNamed(crawlers),
  run: ({ CrawlerName, Schedule }) => {
    const { Name = "" } = crawlers.get(CrawlerName);
    if (Schedule) checkSchedule(Schedule);
    crawlers.all.update(Name, (crawler) => {
      crawler.Schedule = Schedule ? { ScheduleExpression: Schedule, State: "SCHEDULED" } : undefined;
    });
    crawlers.reschedule(Name);
    return {};
  },
});

export const startCrawlerSchedule = (crawlers: Crawlers): GlueOperation<"StartCrawlerSchedule"> => ({
  ...onNamed(crawlers),
  run: ({ CrawlerName = "" }) => {
    const { ScheduleExpression, State } = crawlers.get(CrawlerName).Schedule ?? {};
    if (ScheduleExpression === undefined)
      throw new AwsError("NoScheduleException", "There is no applicable schedule.");
    if (State === "SCHEDULED")
      throw new AwsError("SchedulerRunningException", "The specified scheduler is already running.");
    crawlers.all.update(CrawlerName, (crawler) => {
      crawler.Schedule = { ScheduleExpression, State: "SCHEDULED" };
    });
    crawlers.reschedule(CrawlerName);
    return {};
  },
});

export const stopCrawlerSchedule = (crawlers: Crawlers): GlueOperation<"StopCrawlerSchedule"> => ({
  ...onNamed(crawlers),
  run: ({ CrawlerName = "" }) => {
    const { ScheduleExpression, State } = crawlers.get(CrawlerName).Schedule ?? {};
    if (ScheduleExpression === undefined || State === "NOT_SCHEDULED")
      throw new AwsError("SchedulerNotRunningException", "The specified scheduler is not running.");
    crawlers.all.update(CrawlerName, (crawler) => {
      crawler.Schedule = { ScheduleExpression, State: "NOT_SCHEDULED" };
    });
    crawlers.reschedule(CrawlerName);
    return {};
  },
});
