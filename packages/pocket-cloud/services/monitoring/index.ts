import type { ServiceFactory } from "../../service";
import { embeddedSamples } from "./embedded";
import { Evaluator } from "./evaluator";
import { minuteOf } from "./metrics";
import * as alarms from "./operations/alarms";
import * as dashboards from "./operations/dashboards";
import * as metrics from "./operations/metrics";
import * as putMetricAlarm from "./operations/put-metric-alarm";
import * as tags from "./operations/tags";
import { MonitoringStore } from "./store";

export const monitoring: ServiceFactory<"monitoring"> = (cloud) => {
  const store = new MonitoringStore(cloud);
  const evaluator = new Evaluator(store);
  const room = { store, evaluator };
  const unsubscribe = [
    cloud.bus.on("logs:events", ({ events }) =>
      store.metrics.put(events.flatMap(({ message, timestamp }) => embeddedSamples(message, timestamp))),
    ),
    cloud.bus.on("metric:datum", ({ value, unit, ...metric }) =>
      store.metrics.observe({
        ...metric,
        minute: minuteOf(cloud.clock.now()),
        ...(unit && { unit }),
        values: [[value, 1]],
      }),
    ),
  ];
  return {
    name: "monitoring",
    operations: {
      DeleteAlarms: alarms.deleteAlarms(room),
      DeleteDashboards: dashboards.deleteDashboards(room),
      DescribeAlarmHistory: alarms.describeAlarmHistory(room),
      DescribeAlarms: alarms.describeAlarms(room),
      DescribeAlarmsForMetric: alarms.describeAlarmsForMetric(room),
      DisableAlarmActions: alarms.disableAlarmActions(room),
      EnableAlarmActions: alarms.enableAlarmActions(room),
      GetDashboard: dashboards.getDashboard(room),
      GetMetricData: metrics.getMetricData(room),
      GetMetricStatistics: metrics.getMetricStatistics(room),
      ListDashboards: dashboards.listDashboards(room),
      ListMetrics: metrics.listMetrics(room),
      ListTagsForResource: tags.listTagsForResource(room),
      PutDashboard: dashboards.putDashboard(room),
      PutMetricAlarm: putMetricAlarm.putMetricAlarm(room),
      PutMetricData: metrics.putMetricData(room),
      SetAlarmState: alarms.setAlarmState(room),
      TagResource: tags.tagResource(room),
      UntagResource: tags.untagResource(room),
    },
    start: async () => evaluator.watch(),
    stop: async () => {
      for (const end of unsubscribe) end();
      store.metrics.close();
    },
  };
};
