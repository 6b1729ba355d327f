import type { Operations, ServiceFactory } from "../../service";
import { embeddedSamples } from "./embedded";
import { Evaluator } from "./evaluator";
import { minuteOf } from "./metrics";
import { alarmOperations } from "./operations/alarms";
import { dashboardOperations } from "./operations/dashboards";
import { metricOperations } from "./operations/metrics";
import { MonitoringStore } from "./store";

export const monitoring: ServiceFactory<"monitoring"> = (cloud) => {
  const store = new MonitoringStore(cloud);
  const evaluator = new Evaluator(store);
  const unsubscribe = [
    cloud.bus.on("logs:events", ({ events }) =>
      store.metrics.putOrKeep(
        events.flatMap(({ message, timestamp }) => embeddedSamples(message, timestamp)),
      ),
    ),
    cloud.bus.on("metrics:values", (observed) =>
      store.metrics.observe(observed, minuteOf(cloud.clock.now())),
    ),
  ];
  return {
    name: "monitoring",
    operations: withActions({
      ...alarmOperations(evaluator),
      ...dashboardOperations(store),
      ...metricOperations(store),
    }),
    start: async () => evaluator.watch(),
    stop: async () => {
      for (const end of unsubscribe) end();
      store.metrics.close();
    },
  };
};

/** Names the IAM actions: their prefix is "cloudwatch", while the service's signing name is "monitoring". */
const withActions = (operations: Operations<"monitoring">) =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      { ...operation, actions: [`cloudwatch:${name}`] },
    ]),
  ) as Operations<"monitoring">;
