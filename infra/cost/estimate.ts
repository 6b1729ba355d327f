import { estimators } from "./estimators";
import { isFree } from "./free";
import { type CostLine, type Estimate, lineIn, type Priced, priceDate } from "./model";

/** A month of a stack, line by line. */
export function estimate(resources: readonly Priced[], region: string): Estimate {
  const line = lineIn(region);
  const all = resources.filter(isPaid).flatMap((resource) => {
    const found = estimators[resource.type]?.(resource, line, resources);
    return found || [line(resource.name, resource.type, 1)];
  });
  const lines = merged(all);
  const known = lines.flatMap(({ usd }) => usd ?? []);
  return {
    region,
    asOf: priceDate,
    lines,
    usd: known.reduce((sum, usd) => sum + usd, 0),
    unknown: lines.length - known.length,
  };
}

/** Components, providers and stacks are the program's own. */
const isPaid = ({ type }: Priced): boolean => type.startsWith("aws:") && !isFree(type);

/** Alarms are many and alike: one line for all. */
function merged(lines: readonly CostLine[]): readonly CostLine[] {
  const alarms = lines.filter(({ unit }) => unit === "alarms");
  const [first] = alarms;
  if (!first) return lines;
  const quantity = alarms.length;
  const usd = first.rate === undefined ? undefined : quantity * first.rate;
  return [...lines.filter(({ unit }) => unit !== "alarms"), { ...first, item: "alarms", quantity, usd }];
}
