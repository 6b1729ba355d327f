import type { FunctionError } from "./environment";

export interface Report {
  readonly requestId: string;
  readonly duration: number;
  readonly memoryMb: number;
  readonly usedMb: number;
  readonly initDuration?: number;
  readonly error?: FunctionError;
}

type Format = "Text" | "JSON";

/** The log lines that Lambda writes before and after an invocation, in either log format. */
export const startLine = (format: Format, at: number, requestId: string, version: string): string =>
  format === "JSON"
    ? platform(at, "platform.start", { requestId, version })
    : `START RequestId: ${requestId} Version: ${version}`;

export const endLine = (format: Format, requestId: string): string[] =>
  format === "JSON" ? [] : [`END RequestId: ${requestId}`];

export function reportLine(format: Format, at: number, report: Report): string[] {
  const { requestId, duration, memoryMb, usedMb, initDuration, error } = report;
  const billed = Math.ceil(duration + (initDuration ?? 0));
  const status = error ? (error.errorType === "Sandbox.Timedout" ? "timeout" : "error") : "success";
  if (format === "JSON") {
    const metrics = {
      durationMs: round(duration),
      billedDurationMs: billed,
      memorySizeMB: memoryMb,
      maxMemoryUsedMB: usedMb,
    };
    const init = initDuration === undefined ? {} : { initDurationMs: round(initDuration) };
    const failure = error ? { errorType: error.errorType } : {};
    return [
      platform(at, "platform.report", { requestId, metrics: { ...metrics, ...init }, status, ...failure }),
    ];
  }
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${round(duration)} ms`,
    `Billed Duration: ${billed} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${usedMb} MB`,
    ...(initDuration === undefined ? [] : [`Init Duration: ${round(initDuration)} ms`]),
    ...(error ? [`Status: ${status}`] : []),
    ...(error && status === "error" ? [`Error Type: ${error.errorType}`] : []),
  ];
  const summary = `${parts.join("\t")}\t`;
  return error ? [`${new Date(at).toISOString()} ${error.errorMessage}`, summary] : [summary];
}

const platform = (at: number, type: string, record: object): string =>
  JSON.stringify({ time: new Date(at).toISOString(), type, record });

const round = (value: number): number => Math.round(value * 100) / 100;
