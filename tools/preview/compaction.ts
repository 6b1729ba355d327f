import { EXPIRE_CSV, EXPIRE_RUNS } from "../../data/history/layout";
import { type Estimate, estimate } from "../../infra/cost";
import type { PreviewResource } from "../../packages/pulumi-local";

const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
/** The function, its role, logs, schedule, queue and alarms, and the items of its cost: "compact", "compact metrics". */
const OF_COMPACTION = /^(?:pricelake-[a-z0-9]+-)?compact(?:[- ]|$)/;

/** What the compaction costs, and the difference to a stack without it, in which reports read csv/ for ever. */
export function compactionLines(
  resources: readonly PreviewResource[],
  region: string,
  cost: Estimate,
): string[] {
  const others = resources.filter(({ name }) => !OF_COMPACTION.test(name));
  if (others.length === resources.length) return [];
  const own = cost.lines.reduce((sum, { item, usd = 0 }) => sum + (OF_COMPACTION.test(item) ? usd : 0), 0);
  const without = estimate(others.map(withoutRules), region).usd - cost.usd;
  const sign = without < 0 ? "-" : "+";
  return [
    `compaction daily: $${own.toFixed(2)} a month; with compaction none: ${sign}$${Math.abs(without).toFixed(2)} a month`,
  ];
}

function withoutRules(resource: PreviewResource): PreviewResource {
  if (resource.type !== LIFECYCLE) return resource;
  const rules = ((resource.inputs.rules ?? []) as { id?: string }[]).filter(
    ({ id }) => id !== EXPIRE_CSV && id !== EXPIRE_RUNS,
  );
  return { ...resource, inputs: { ...resource.inputs, rules } };
}
