import type { Input, OperationName, Output } from "../../models";
import type { CloudContext, Operation } from "../../service";
import type { Engine } from "./engine";
import type { SchedulerStore } from "./store";

export interface Scheduler {
  readonly cloud: CloudContext;
  readonly store: SchedulerStore;
  readonly engine: Engine;
}

export type SchedulerOperation<O extends OperationName<"scheduler">> = Operation<
  Input<"scheduler", O>,
  Output<"scheduler", O>
>;
