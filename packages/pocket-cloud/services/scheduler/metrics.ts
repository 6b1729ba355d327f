import { metricsOf, type Report, type Units } from "../shared/metrics";
import type { SchedulerStore } from "./store";

/** Source: "Monitoring Amazon EventBridge Scheduler with Amazon CloudWatch", Scheduler User Guide. */
const UNITS = {
  InvocationAttemptCount: "Count",
  InvocationDroppedCount: "Count",
  InvocationsFailedToBeSentToDeadLetterCount: "Count",
  InvocationsSentToDeadLetterCount: "Count",
  TargetErrorCount: "Count",
  TargetErrorThrottledCount: "Count",
} as const satisfies Units<string>;

/** Reports metrics of a schedule's group. */
export function schedulerReport({
  cloud,
}: Pick<SchedulerStore, "cloud">): (
  scheduleArn: string,
  values: Parameters<Report<keyof typeof UNITS>>[1],
) => void {
  const report = metricsOf(cloud.bus, "AWS/Scheduler", UNITS);
  return (scheduleArn, values) => report({ ScheduleGroup: scheduleArn.split("/")[1] ?? "" }, values);
}
