import type { Failure, Item, Outcome } from "../delivery/item";
import type { DeliveryStream } from "../model";
import type { FirehoseStore } from "../store";
import { deaggregate } from "./deaggregate";
import { decompress, extractMessages } from "./decompress";
import { appendDelimiter } from "./delimiter";
import { transform } from "./lambda";
import { extractKeys } from "./metadata";
import { parameter, processorOf } from "./parameters";

type Stage = (items: readonly Item[]) => Outcome | Promise<Outcome>;

/** Sends records through the processors of a destination, in the order AWS applies them whatever their order in it. */
export async function processRecords(
  store: FirehoseStore,
  stream: DeliveryStream,
  items: readonly Item[],
  patience: { readonly spent: number },
): Promise<Outcome> {
  const failures: Failure[] = [];
  let current = items as Item[];
  for (const stage of stagesOf(store, stream, patience)) {
    if (current.length === 0) break;
    const outcome = await stage(current);
    current = outcome.items;
    for (const failure of outcome.failures) failures.push(failure);
  }
  return { items: current, failures };
}

function stagesOf(
  store: FirehoseStore,
  stream: DeliveryStream,
  patience: { readonly spent: number },
): Stage[] {
  const stages: Stage[] = [];
  const { destination } = stream;
  if (processorOf(destination, "Decompression")) stages.push(decompress);
  const logs = processorOf(destination, "CloudWatchLogProcessing");
  if (logs && parameter(logs, "DataMessageExtraction")?.toLowerCase() === "true")
    stages.push(extractMessages);
  const packed = processorOf(destination, "RecordDeAggregation");
  if (packed) stages.push((items) => deaggregate(items, packed));
  const lambda = processorOf(destination, "Lambda");
  if (lambda) stages.push((items) => transform(store, stream, items, lambda, patience));
  const metadata = processorOf(destination, "MetadataExtraction");
  if (metadata) stages.push((items) => extractKeys(items, metadata));
  const delimiter = processorOf(destination, "AppendDelimiterToRecord");
  if (delimiter) stages.push((items) => ({ items: appendDelimiter(items, delimiter), failures: [] }));
  return stages;
}
