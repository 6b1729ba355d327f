import { type DeliveryStream, parameter, processorOf } from "../model";
import type { Failure, Item, Outcome } from "../records";
import type { FirehoseStore } from "../store";
import { transform } from "./lambda";
import { extractKeys } from "./partition-keys";
import { appendDelimiter, deaggregate, decompress, extractMessages } from "./stages";

type Stage = (items: readonly Item[]) => Outcome | Promise<Outcome>;

/** Processes records with a destination's processors. `postponements` tells how often this was tried before. */
export async function processRecords(
  store: FirehoseStore,
  stream: DeliveryStream,
  items: readonly Item[],
  postponements: number,
): Promise<Outcome> {
  const failures: Failure[] = [];
  let current = items as Item[];
  for (const stage of stagesOf(store, stream, postponements)) {
    if (current.length === 0) break;
    const outcome = await stage(current);
    current = outcome.items;
    for (const failure of outcome.failures) failures.push(failure);
  }
  return { items: current, failures };
}

/** The stages in AWS's fixed order, which does not depend on the order of the processors in the destination. */
function stagesOf(store: FirehoseStore, stream: DeliveryStream, postponements: number): Stage[] {
  const stages: Stage[] = [];
  const { destination } = stream;
  if (processorOf(destination, "Decompression")) stages.push(decompress);
  const logs = processorOf(destination, "CloudWatchLogProcessing");
  if (logs && parameter(logs, "DataMessageExtraction")?.toLowerCase() === "true")
    stages.push(extractMessages);
  const aggregated = processorOf(destination, "RecordDeAggregation");
  if (aggregated) stages.push((items) => deaggregate(items, aggregated));
  const lambda = processorOf(destination, "Lambda");
  if (lambda) stages.push((items) => transform(store, stream, items, lambda, postponements));
  const metadata = processorOf(destination, "MetadataExtraction");
  if (metadata) stages.push((items) => extractKeys(items, metadata));
  const delimiter = processorOf(destination, "AppendDelimiterToRecord");
  if (delimiter) stages.push((items) => appendDelimiter(items, delimiter));
  return stages;
}
