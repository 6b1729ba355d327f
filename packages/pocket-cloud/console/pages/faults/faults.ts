import type { Fault, FaultRule } from "../../../faults";

export type Rule = FaultRule;

/** What faults may hit besides calls: the code of a function, and single entries of a batch. */
export const INNER_OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  lambda: ["Handler"],
  dynamodb: ["BatchWriteItemEntry"],
};

const ERRORS: readonly Fault[] = [
  { kind: "error", code: "ServiceUnavailable", status: 503, message: "injected fault" },
  { kind: "error", code: "ThrottlingException", status: 400, message: "Rate exceeded" },
  { kind: "error", code: "InternalFailure", status: 500, message: "injected fault" },
  { kind: "error", code: "SlowDown", status: 503, message: "Please reduce your request rate." },
  { kind: "error", code: "AccessDeniedException", status: 403, message: "injected fault" },
];
const HANDLER_ERROR: Fault = {
  kind: "error",
  code: "Runtime.UnhandledError",
  status: 500,
  message: "injected fault",
};
const DELAYS: readonly Fault[] = [
  { kind: "delay", millis: 1000 },
  { kind: "delay", millis: 10_000 },
];
const LOST: readonly Fault[] = [{ kind: "drop" }, { kind: "lost-ack" }];
const CRASHES: readonly Fault[] = [
  { kind: "crash", after: false },
  { kind: "crash", after: true },
];
const PARTIAL: Fault = { kind: "partial", share: 0.5, code: "ProvisionedThroughputExceededException" };

/** The faults that an operation knows. */
export function faultsOf(operation: string): readonly Fault[] {
  if (operation === "Handler") return [...CRASHES, HANDLER_ERROR, ...DELAYS];
  if (operation === "BatchWriteItemEntry") return [PARTIAL];
  const calls = [...ERRORS, ...LOST, ...DELAYS];
  return operation === "PutRecords" || operation === "PutRecordBatch" ? [...calls, PARTIAL] : calls;
}

export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "error":
      return `error ${fault.status} ${fault.code}`;
    case "drop":
      return "connection dropped before the call runs";
    case "lost-ack":
      return "call runs, its answer is lost";
    case "delay":
      return `delay of ${fault.millis / 1000} s`;
    case "partial":
      return `${Math.round(fault.share * 100)} % of the entries fail`;
    case "crash":
      return fault.after ? "crash after the handler" : "crash before the handler";
  }
}
