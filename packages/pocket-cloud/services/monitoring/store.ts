import { join } from "node:path";
import type { AlarmHistoryItem, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { Metrics } from "./metrics";

export interface AlarmRecord {
  alarm: MetricAlarm;
  tags: Record<string, string>;
  history: AlarmHistoryItem[];
}

export interface DashboardRecord {
  readonly name: string;
  readonly body: string;
  readonly modifiedAt: number;
}

export class MonitoringStore {
  readonly metrics: Metrics;
  readonly alarms: Collection<AlarmRecord>;
  readonly dashboards: Collection<DashboardRecord>;

  constructor(readonly cloud: CloudContext) {
    const dir = join(cloud.dir, "monitoring");
    this.metrics = new Metrics(join(dir, "metrics.ndjson"));
    this.alarms = new Collection(dir, "alarms");
    this.dashboards = new Collection(dir, "dashboards");
  }

  alarmArn(name: string): string {
    return `arn:aws:cloudwatch:${this.cloud.region}:${this.cloud.accountId}:alarm:${name}`;
  }

  dashboardArn(name: string): string {
    return `arn:aws:cloudwatch::${this.cloud.accountId}:dashboard/${name}`;
  }
}
