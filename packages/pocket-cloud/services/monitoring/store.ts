import { join } from "node:path";
import type { AlarmHistoryItem, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import type { Tags } from "../shared/tags";
import { Metrics } from "./metrics";

export interface AlarmRecord {
  alarm: MetricAlarm;
  tags: Tags;
  /** Newest first. */
  history: AlarmHistoryItem[];
}

interface DashboardRecord {
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
    this.metrics = new Metrics(join(dir, "metrics.ndjson"), cloud.log);
    this.alarms = new Collection(dir, "alarms");
    this.dashboards = new Collection(dir, "dashboards");
  }

  alarmArn(name: string): string {
    return `arn:aws:cloudwatch:${this.cloud.region}:${this.cloud.accountId}:alarm:${name}`;
  }

  dashboardArn(name: string): string {
    return `arn:aws:cloudwatch::${this.cloud.accountId}:dashboard/${name}`;
  }

  alarm(name = ""): AlarmRecord {
    const record = this.alarms.get(name);
    if (!record) throw new AwsError("ResourceNotFound", `Unknown alarm ${name}`, 404);
    return record;
  }

  saveAlarm(record: AlarmRecord): void {
    this.alarms.set(record.alarm.AlarmName ?? "", record);
  }

  dashboard(name = ""): DashboardRecord {
    const record = this.dashboards.get(name);
    if (!record) throw new AwsError("ResourceNotFound", `Dashboard ${name} does not exist`, 404);
    return record;
  }
}
