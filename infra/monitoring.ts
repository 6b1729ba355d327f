import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Alarm, alarms } from "./alarms";
import { dashboardBody, type Watched } from "./dashboard";
import type { Feed } from "./feed";
import type { Poller } from "./poller";
import type { Setting } from "./setting";

export interface MonitoringArgs {
  readonly feeds: readonly Feed[];
  readonly poller: Poller | undefined;
  /** Names of dead-letter queues. */
  readonly queues: readonly string[];
  /** The topic that alarms speak to. */
  readonly topic: pulumi.Input<string>;
}

/** A dashboard of the pipeline, and alarms on what must not pass unnoticed. */
export class Monitoring extends pulumi.ComponentResource {
  readonly dashboard: pulumi.Output<string>;

  constructor(
    name: string,
    args: MonitoringArgs,
    setting: Setting,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:monitoring:Monitoring", name, {}, options);
    const { config, names } = setting;
    const on = watched(args, setting);
    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      { dashboardName: names.dashboard, dashboardBody: dashboardBody(on) },
      { parent: this },
    );
    const limits = {
      pollSeconds: config.prices.everyMinutes * 60,
      bufferSeconds: config.delivery.bufferSeconds,
      batchWindowSeconds: config.functions.batchWindowSeconds,
    };
    if (config.monitoring === "alarms")
      for (const alarm of alarms(on, limits)) metricAlarm(alarm, args.topic, this);
    this.dashboard = dashboard.dashboardName;
    this.registerOutputs({ dashboard: this.dashboard });
  }
}

const watched = ({ feeds, poller, queues }: MonitoringArgs, { region, names }: Setting): Watched => ({
  region,
  streams: feeds.map(({ stream }) => stream.streamName),
  deliveries: feeds.flatMap(({ deliveries }) =>
    deliveries.map(({ name, fromStream }) => ({ name, fromStream })),
  ),
  functions: [
    ...feeds.flatMap(({ functions }) =>
      functions.map(({ functionName: name, readsStream }) => ({ name, readsStream })),
    ),
    ...(poller ? [{ name: poller.function.functionName, readsStream: false }] : []),
  ],
  mappings: feeds.flatMap(({ mappings }) => mappings),
  tables: feeds.map(({ store }) => store.tableName),
  queues,
  workgroup: names.workgroup,
  poller: poller?.function.functionName,
});

const metricAlarm = (alarm: Alarm, topic: pulumi.Input<string>, parent: pulumi.Resource) =>
  new aws.cloudwatch.MetricAlarm(
    alarm.name,
    {
      name: alarm.name,
      alarmDescription: alarm.description,
      namespace: alarm.namespace,
      metricName: alarm.metric,
      dimensions: { [alarm.dimension[0]]: alarm.dimension[1] },
      statistic: alarm.statistic,
      period: alarm.periodSeconds,
      evaluationPeriods: alarm.periods,
      datapointsToAlarm: alarm.breaching,
      comparisonOperator: "GreaterThanThreshold",
      threshold: alarm.above,
      treatMissingData: alarm.silence,
      alarmActions: [topic],
      okActions: [topic],
    },
    { parent },
  );
