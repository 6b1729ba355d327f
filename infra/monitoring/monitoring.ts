import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { longestWindow } from "../config/batch-window";
import type { Context } from "../context";
import type { Feed } from "../feeds/feed";
import type { DeadLetters } from "../functions/dead-letters";
import type { Compactor } from "../jobs/compactor";
import type { Poller } from "../jobs/poller";
import type { Publisher } from "../jobs/publisher";
import type { Reconciler } from "../jobs/reconciler";
import { type Alarm, alarms, type ComputedAlarm, type SingleAlarm } from "./alarms";
import { dashboardBody, type Monitored } from "./dashboard";

export interface MonitoringArgs {
  readonly feeds: readonly Feed[];
  readonly poller: Poller | undefined;
  readonly reconciler: Reconciler | undefined;
  readonly publisher: Publisher | undefined;
  readonly compactor: Compactor | undefined;
  readonly deadLetters: readonly DeadLetters[];
  /** The SNS topic that alarms notify. */
  readonly topic: pulumi.Input<string>;
}

/** A CloudWatch dashboard of the pipeline, and its alarms. */
export class Monitoring extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: MonitoringArgs,
    context: Context,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("pricelake:monitoring:Monitoring", name, {}, options);
    const { config, names } = context;
    const parent = { parent: this };
    const resources = monitored(args, context);

    const dashboard = createDashboard();
    if (config.monitoring === "alarms") createAlarms();
    this.registerOutputs({ dashboard: dashboard.dashboardName });

    function createDashboard() {
      return new aws.cloudwatch.Dashboard(
        name,
        { dashboardName: names.dashboard, dashboardBody: dashboardBody(resources) },
        parent,
      );
    }

    function createAlarms() {
      const limits = {
        pollSeconds: config.prices.pollSeconds,
        publishMinutes: config.site.minutes,
        bufferSeconds: config.delivery.bufferSeconds,
        batchWindowSeconds:
          config.functions.batchWindowSeconds ?? longestWindow(config.functions.freshnessSeconds),
      };
      for (const alarm of alarms(resources, limits))
        new aws.cloudwatch.MetricAlarm(alarm.name, alarmArgs(alarm, args.topic), parent);
    }
  }
}

function monitored(
  { feeds, poller, reconciler, publisher, compactor, deadLetters }: MonitoringArgs,
  { region, names }: Context,
): Monitored {
  const functions = [
    ...feeds.flatMap((feed) => [
      ...feed.consumers.map((consumer) => consumer.function),
      ...(feed.transform ? [feed.transform] : []),
    ]),
    ...(poller ? [poller.function] : []),
    ...(reconciler ? [reconciler.function] : []),
    ...(publisher ? [publisher.function] : []),
    ...(compactor ? [compactor.function] : []),
  ];
  const readers = new Set(
    feeds.flatMap(({ definition, consumers: all }) =>
      definition.polled && poller ? all.map((consumer) => consumer.function.functionName) : [],
    ),
  );
  return {
    region,
    streams: feeds.map(({ stream }) => stream.streamName),
    deliveries: feeds.flatMap(({ deliveries }) =>
      deliveries.map(({ name, fromStream }) => ({ name, fromStream })),
    ),
    functions: functions.map(({ functionName, readsStream }) => ({
      name: functionName,
      readsStream,
      expectsRecords: readers.has(functionName),
    })),
    mappings: feeds.flatMap(({ consumers, stream }) =>
      consumers.map((consumer) => ({
        functionName: consumer.function.functionName,
        uuid: consumer.mappingUuid,
        stream: stream.streamName,
      })),
    ),
    tables: feeds.flatMap(({ store, lookBack }) => [
      store.tableName,
      ...(lookBack ? [lookBack.tableName] : []),
    ]),
    queues: deadLetters.map(({ name }) => name),
    workgroup: names.workgroup,
    poller: poller?.function.functionName,
    reconciler: reconciler?.function.functionName,
    publisher: publisher?.function.functionName,
    compactor: compactor?.function.functionName,
  };
}

const alarmArgs = (alarm: Alarm, topic: pulumi.Input<string>): aws.cloudwatch.MetricAlarmArgs => ({
  name: alarm.name,
  alarmDescription: alarm.description,
  ...("expression" in alarm ? computed(alarm) : single(alarm)),
  evaluationPeriods: alarm.periods,
  datapointsToAlarm: alarm.breaches ?? alarm.periods,
  comparisonOperator: "GreaterThanThreshold",
  threshold: alarm.above,
  treatMissingData: alarm.missingData,
  alarmActions: [topic],
  okActions: [topic],
});

const single = (alarm: SingleAlarm) => ({
  namespace: alarm.namespace,
  metricName: alarm.metric,
  dimensions: { [alarm.dimension[0]]: alarm.dimension[1] },
  statistic: alarm.statistic,
  period: alarm.periodSeconds,
});

const computed = ({ expression, label, metrics, periodSeconds }: ComputedAlarm) => ({
  metricQueries: [
    { id: "result", expression, label, returnData: true },
    ...Object.entries(metrics).map(([id, { namespace, metric, dimension }]) => ({
      id,
      metric: {
        namespace,
        metricName: metric,
        dimensions: { [dimension[0]]: dimension[1] },
        stat: "Sum",
        period: periodSeconds,
      },
    })),
  ],
});
