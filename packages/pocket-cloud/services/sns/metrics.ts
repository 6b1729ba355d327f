import type { Bus } from "../../bus";
import { metricsOf, type Units } from "../shared/metrics";

/** Source: "Monitoring Amazon SNS topics using CloudWatch", SNS Developer Guide. */
const UNITS = {
  NumberOfMessagesPublished: "Count",
  NumberOfNotificationsDelivered: "Count",
  NumberOfNotificationsFailed: "Count",
  NumberOfNotificationsFailedToRedriveToDlq: "Count",
  NumberOfNotificationsFilteredOut: "Count",
  NumberOfNotificationsRedrivenToDlq: "Count",
  PublishSize: "Bytes",
} as const satisfies Units<string>;

type Values = Readonly<Partial<Record<keyof typeof UNITS, number>>>;

/** Reports metrics of a topic. */
export function topicReport(bus: Bus): (topicArn: string, values: Values) => void {
  const report = metricsOf(bus, "AWS/SNS", UNITS);
  return (topicArn, values) => report({ TopicName: topicArn.split(":").at(-1) ?? "" }, values);
}
