import type { CloudContext } from "../../service";
import { metricsOf, type Units } from "../shared/metrics";
import type { Execution } from "./records";

/** Source: "List of CloudWatch metrics and dimensions for Athena", Athena User Guide. */
const UNITS = {
  ProcessedBytes: "Bytes",
  TotalExecutionTime: "Milliseconds",
  EngineExecutionTime: "Milliseconds",
  QueryPlanningTime: "Milliseconds",
  QueryQueueTime: "Milliseconds",
  ServiceProcessingTime: "Milliseconds",
} as const satisfies Units<string>;

/** Reports a query that ended, in a workgroup that publishes metrics. */
export function reportExecution({ bus }: CloudContext, execution: Execution): void {
  const { workGroup, state, statementType, scanned, elapsed = 0, planning = 0, submitted } = execution;
  metricsOf(
    bus,
    "AWS/Athena",
    UNITS,
  )(
    { WorkGroup: workGroup, QueryState: state, QueryType: statementType },
    {
      ProcessedBytes: scanned,
      TotalExecutionTime: elapsed,
      EngineExecutionTime: elapsed,
      QueryPlanningTime: planning,
      QueryQueueTime: Math.max(0, (execution.started ?? submitted) - submitted),
      ServiceProcessingTime: 0,
    },
  );
}
