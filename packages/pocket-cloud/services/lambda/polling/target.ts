import type { EventSourceMappingConfiguration } from "@aws-sdk/client-lambda";
import type { Caller } from "../../../caller";
import type { CloudContext } from "../../../service";
import { errorText } from "../../shared/error-text";
import type { Pattern } from "../../shared/event-pattern";
import type { LambdaMetrics } from "../metrics";
import type { Invoked } from "../runtime/invocation";
import type { Runtime } from "../runtime/runtime";
import { type LambdaStore, type MappingRecord, parseName } from "../store";
import { parsePatterns } from "./filter";

/** The function of an event source mapping: its role, its invocations and the mapping's last result. */
export class Target {
  readonly cloud: CloudContext;
  readonly mapping: EventSourceMappingConfiguration;
  readonly patterns: readonly Pattern[];

  constructor(
    readonly store: LambdaStore,
    readonly runtime: Runtime,
    readonly record: MappingRecord,
  ) {
    this.cloud = store.cloud;
    this.mapping = record.configuration;
    this.patterns = parsePatterns(this.mapping.FilterCriteria);
  }

  get sourceArn(): string {
    return this.mapping.EventSourceArn ?? "";
  }

  get functionName(): string {
    return parseName(this.mapping.FunctionArn).name;
  }

  get role(): string {
    return this.store.find(this.functionName).configuration.Role ?? "";
  }

  get reportsItemFailures(): boolean {
    return this.mapping.FunctionResponseTypes?.includes("ReportBatchItemFailures") ?? false;
  }

  /** The function's role, under whose rights the source is read. */
  caller(): Caller {
    return this.cloud.identities().assume(this.role, this.functionName, "lambda.amazonaws.com");
  }

  async invoke(payload: string): Promise<Invoked> {
    const { name, qualifier } = parseName(this.mapping.FunctionArn);
    return this.runtime.invoke(this.store.find(name), { payload, version: qualifier });
  }

  /** Reports the mapping's metrics, if it has any enabled. */
  reportEvents(counts: Parameters<LambdaMetrics["ofMapping"]>[1]): void {
    this.store.metrics.ofMapping(this.mapping, counts);
  }

  reportDestinationFailure(): void {
    this.store.metrics.ofFunction(this.functionName, { DestinationDeliveryFailures: 1 });
  }

  /** Stores the mapping's LastProcessingResult when it changes. */
  setResult(result: string): void {
    if (this.mapping.LastProcessingResult === result) return;
    this.mapping.LastProcessingResult = result;
    this.store.mappings.update(this.mapping.UUID ?? "", ({ configuration }) => {
      configuration.LastProcessingResult = result;
    });
  }

  setProblem(error: unknown): void {
    this.setResult(`PROBLEM: ${errorText(error)}`);
  }
}
