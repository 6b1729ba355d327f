import type { ServiceFactory } from "../../service";
import { embeddedSamples } from "./embedded";
import { Evaluator } from "./evaluator";
import { minuteOf } from "./metrics";
import * as operations from "./operations";
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
      DeleteAlarms: operations.deleteAlarms(room),
      DeleteDashboards: operations.deleteDashboards(room),
      DescribeAlarmHistory: operations.describeAlarmHistory(room),
      DescribeAlarms: operations.describeAlarms(room),
      DescribeAlarmsForMetric: operations.describeAlarmsForMetric(room),
      DisableAlarmActions: operations.disableAlarmActions(room),
      EnableAlarmActions: operations.enableAlarmActions(room),
      GetDashboard: operations.getDashboard(room),
      GetMetricData: operations.getMetricData(room),
      GetMetricStatistics: operations.getMetricStatistics(room),
      ListDashboards: operations.listDashboards(room),
      ListMetrics: operations.listMetrics(room),
      ListTagsForResource: operations.listTagsForResource(room),
      PutDashboard: operations.putDashboard(room),
      PutMetricAlarm: operations.putMetricAlarm(room),
      PutMetricData: operations.putMetricData(room),
      SetAlarmState: operations.setAlarmState(room),
      TagResource: operations.tagResource(room),
      UntagResource: operations.untagResource(room),
    },
    start: async () => evaluator.watch(),
    stop: async () => {
      for (const end of unsubscribe) end();
      store.metrics.close();
    },
  };
};
