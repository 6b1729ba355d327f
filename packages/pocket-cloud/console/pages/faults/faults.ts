import type { Fault, FaultRule } from "../../../faults";

export type Rule = FaultRule;

/** Faults to choose from: those that AWS users meet. */
export const FAULTS: readonly { readonly fault: Fault }[] = [
  { fault: { kind: "error", code: "ServiceUnavailable", status: 503, message: "injected fault" } },
  { fault: { kind: "error", code: "ThrottlingException", status: 400, message: "Rate exceeded" } },
  { fault: { kind: "error", code: "InternalFailure", status: 500, message: "injected fault" } },
  { fault: { kind: "error", code: "SlowDown", status: 503, message: "Please reduce your request rate." } },
  { fault: { kind: "error", code: "AccessDeniedException", status: 403, message: "injected fault" } },
  { fault: { kind: "drop" } },
  { fault: { kind: "lost-ack" } },
  { fault: { kind: "delay", millis: 1000 } },
  { fault: { kind: "delay", millis: 10_000 } },
  { fault: { kind: "partial", share: 0.5, code: "ProvisionedThroughputExceededException" } },
  { fault: { kind: "crash", after: false } },
  { fault: { kind: "crash", after: true } },
];

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
      return `${Math.round(fault.share * 100)} % of the records of PutRecords fail`;
    case "crash":
      return fault.after ? "function crashes after its handler" : "function crashes before its handler";
  }
}
