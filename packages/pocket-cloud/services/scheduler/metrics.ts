import type { Bus } from "../../bus";
import { metricsOf, type Report, type Units } from "../shared/metrics";

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
export function schedulerReport(
  bus: Bus,
): (scheduleArn: string, values: Parameters<Report<keyof typeof UNITS>>[1]) => void {
  const report = metricsOf(bus, "AWS/Scheduler", UNITS);
  return (scheduleArn, values) => report({ ScheduleGroup: scheduleArn.split("/")[1] ?? "" }, values);
}
