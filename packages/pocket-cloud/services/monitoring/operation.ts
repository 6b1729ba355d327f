import { AwsError } from "../../errors";
import type { Input, OperationName, Output } from "../../models";
import type { Operation } from "../../service";
import type { Evaluator } from "./evaluator";
import type { AlarmRecord, MonitoringStore } from "./store";

export interface Monitoring {
  readonly store: MonitoringStore;
  readonly evaluator: Evaluator;
}

export type MonitoringOperation<O extends OperationName<"monitoring">> = Operation<
  Input<"monitoring", O>,
  Output<"monitoring", O>
>;
export const action = (name: string): readonly string[] => [`cloudwatch:${name}`];

export const missingParameter = (message: string) =>
  new AwsError("MissingRequiredParameterException", message);

export const found = (store: MonitoringStore, name: string | undefined): AlarmRecord => {
  const record = store.alarms.get(name ?? "");
  if (!record) throw new AwsError("ResourceNotFound", `Unknown alarm ${name}`, 404);
  return record;
};

export const invalidValue = (message: string) => new AwsError("InvalidParameterValueException", message);
