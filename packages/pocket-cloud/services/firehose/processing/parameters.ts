import type { Processor, ProcessorParameterName, ProcessorType } from "@aws-sdk/client-firehose";
import type { Destination } from "../model";

/** A processor of a destination that has processing switched on. */
export function processorOf(
  { ProcessingConfiguration }: Destination,
  type: ProcessorType,
): Processor | undefined {
  if (!ProcessingConfiguration?.Enabled) return undefined;
  return ProcessingConfiguration.Processors?.find(({ Type }) => Type === type);
}

export const parameter = (processor: Processor, name: ProcessorParameterName): string | undefined =>
  processor.Parameters?.find(({ ParameterName }) => ParameterName === name)?.ParameterValue;
