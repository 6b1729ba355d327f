import type { GetScheduleOutput } from "@aws-sdk/client-scheduler";
import { call, type Json } from "../kit/api";
import { toBase64 } from "../kit/decode";
import { ago, duration, nameOfArn, time } from "../kit/format";
import { allPages, useLive } from "../kit/live";
import { Action, Badge, Page, Panel } from "../kit/page";
import { Reading } from "../kit/reading";
import { hrefOf } from "../kit/route";
import { useNow } from "../kit/status";
import { Table } from "../kit/table";
import { lastRun, nextRun } from "./runs";

type Schedule = Json<GetScheduleOutput>;

export function SchedulerPage() {
  const now = useNow();
  const read = useLive(
    "schedules",
    async (signal) => {
      const schedules = await allPages(
        (NextToken) => call("scheduler", "ListSchedules", { MaxResults: 100, NextToken }, signal),
        ({ Schedules }) => Schedules,
        ({ NextToken }) => NextToken,
      );
      return Promise.all(
        schedules.map(({ Name = "", GroupName }) =>
          call("scheduler", "GetSchedule", { Name, GroupName }, signal),
        ),
      );
    },
    5000,
  );
  return (
    <Page title="Schedules" crumbs={[{ text: "EventBridge Scheduler" }]}>
      <Reading of={read} />
      {read.data && (
        <Panel class="flush">
          <Table
            label="schedules"
            rows={read.data}
            keyOf={({ Arn = "" }) => Arn}
            textOf={({ Name = "" }) => Name}
            columns={[
              { name: "Name", of: ({ Name }) => <strong>{Name}</strong>, sort: ({ Name }) => Name },
              { name: "State", of: ({ State }) => <Badge text={State} /> },
              { name: "Expression", of: ({ ScheduleExpression }) => <code>{ScheduleExpression}</code> },
              { name: "Target", of: (schedule) => <Target schedule={schedule} />, wide: true },
              { name: "Last run", of: (schedule) => ago(lastRun(schedule, now), now) },
              { name: "Next run", of: (schedule) => <Next at={nextRun(schedule, now)} now={now} /> },
              {
                name: "Run",
                of: (schedule) =>
                  canRun(schedule) && (
                    <Action run={() => runNow(schedule, now)} done="Started">
                      Run now
                    </Action>
                  ),
              },
            ]}
          />
        </Panel>
      )}
    </Page>
  );
}

const FUNCTION = /^arn:aws:lambda:/;
const CRAWLER = /^arn:aws:scheduler:::aws-sdk:glue:startCrawler$/i;

const canRun = ({ Target }: Schedule): boolean =>
  FUNCTION.test(Target?.Arn ?? "") || CRAWLER.test(Target?.Arn ?? "");

/** Scheduler has no operation that runs a schedule, so its target is called as the schedule would call it. */
async function runNow({ Target, Arn }: Schedule, now: number): Promise<unknown> {
  const at = new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
  const input = (Target?.Input ?? "{}")
    .replaceAll("<aws.scheduler.scheduled-time>", at)
    .replaceAll("<aws.scheduler.schedule-arn>", Arn ?? "")
    .replaceAll("<aws.scheduler.execution-id>", crypto.randomUUID())
    .replaceAll("<aws.scheduler.attempt-number>", "1");
  if (CRAWLER.test(Target?.Arn ?? ""))
    return call("glue", "StartCrawler", JSON.parse(input) as { Name: string });
  return call("lambda", "Invoke", {
    FunctionName: Target?.Arn ?? "",
    InvocationType: "Event",
    Payload: toBase64(input),
  } as never);
}

const Next = ({ at, now }: { at: number | undefined; now: number }) =>
  at === undefined ? <>–</> : <span title={`${time(at)} UTC`}>in {duration(at - now)}</span>;

function Target({ schedule: { Target } }: { schedule: Schedule }) {
  const arn = Target?.Arn ?? "";
  if (FUNCTION.test(arn)) {
    const name = arn.split(":")[6] ?? "";
    return <a href={hrefOf(["lambda", name])}>{name}</a>;
  }
  return <code>{nameOfArn(arn)}</code>;
}
