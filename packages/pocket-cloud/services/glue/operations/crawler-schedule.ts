import type { Schedule } from "@aws-sdk/client-glue";
import { AwsError } from "../../../errors";
import { type Crawlers, checkSchedule } from "../crawler/crawlers";
import { type MakeForCrawlers, onCrawler } from "../operation";

function setSchedule(crawlers: Crawlers, name: string, schedule: Schedule | undefined) {
  crawlers.all.update(name, (crawler) => {
    crawler.Schedule = schedule;
  });
  crawlers.reschedule(name);
  return {};
}

export const UpdateCrawlerSchedule: MakeForCrawlers<"UpdateCrawlerSchedule"> = (crawlers) => ({
  ...onCrawler(crawlers),
  run: ({ CrawlerName, Schedule }) => {
    const { Name = "" } = crawlers.get(CrawlerName);
    if (Schedule) checkSchedule(Schedule);
    return setSchedule(
      crawlers,
      Name,
      Schedule ? { ScheduleExpression: Schedule, State: "SCHEDULED" } : undefined,
    );
  },
});

export const StartCrawlerSchedule: MakeForCrawlers<"StartCrawlerSchedule"> = (crawlers) => ({
  ...onCrawler(crawlers),
  run: ({ CrawlerName = "" }) => {
    const { ScheduleExpression, State } = crawlers.get(CrawlerName).Schedule ?? {};
    if (ScheduleExpression === undefined)
      throw new AwsError("NoScheduleException", "There is no applicable schedule.");
    if (State === "SCHEDULED")
      throw new AwsError("SchedulerRunningException", "The specified scheduler is already running.");
    return setSchedule(crawlers, CrawlerName, { ScheduleExpression, State: "SCHEDULED" });
  },
});

export const StopCrawlerSchedule: MakeForCrawlers<"StopCrawlerSchedule"> = (crawlers) => ({
  ...onCrawler(crawlers),
  run: ({ CrawlerName = "" }) => {
    const { ScheduleExpression, State } = crawlers.get(CrawlerName).Schedule ?? {};
    if (ScheduleExpression === undefined || State === "NOT_SCHEDULED")
      throw new AwsError("SchedulerNotRunningException", "The specified scheduler is not running.");
    return setSchedule(crawlers, CrawlerName, { ScheduleExpression, State: "NOT_SCHEDULED" });
  },
});
