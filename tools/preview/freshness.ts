import { feeds } from "../../data/feeds";
import { batchWindow, WORK_SECONDS } from "../../infra/config/batch-window";
import { type Estimate, estimate } from "../../infra/cost";
import { polls, trafficOf } from "../../infra/cost/traffic";
import { batchesPerMonth } from "../../infra/cost/volumes";
import type { PreviewResource } from "../../packages/pulumi-local";

const MAPPING = "aws:lambda/eventSourceMapping:EventSourceMapping";

/** Goals to compare with: fast, the default, and cheap. */
const GOALS = [30, 75, 315] as const;

/** Each feed's window, what it means for the feed's objects, and what other goals would cost. */
export function freshnessLines(
  resources: readonly PreviewResource[],
  region: string,
  cost: Estimate,
): string[] {
  const windows = resources.flatMap(({ type, name, inputs }) => {
    const [, feed] = (type === MAPPING && /^write-csv-(.+)-mapping$/.exec(name)) || [];
    return feed === undefined ? [] : [{ feed, window: Number(inputs.maximumBatchingWindowInSeconds ?? 0) }];
  });
  if (windows.length === 0) return [];
  const lines = windows.map(({ feed, window }) => {
    const traffic = trafficOf(feed, resources);
    const objects = traffic && `, ${Math.round(batchesPerMonth(traffic, resources))} objects a month`;
    return `${feed}: within ${window + WORK_SECONDS} s (window ${window} s)${objects ?? ""}`;
  });
  const others = GOALS.map((goal) => {
    const usd = estimate(withGoal(resources, goal), region).usd - cost.usd;
    const sign =
      Math.abs(usd) < 0.005 ? "the same" : `${usd < 0 ? "-" : "+"}$${Math.abs(usd).toFixed(2)} a month`;
    return `freshnessSeconds ${goal}: ${sign}`;
  });
  return [...lines, `other goals: ${others.join("; ")}`];
}

/** The resources with the windows of another goal. */
const withGoal = (resources: readonly PreviewResource[], freshnessSeconds: number): PreviewResource[] =>
  resources.map((resource) => {
    const [, feed = ""] = /^[a-z-]+?-([a-z]+)-mapping$/.exec(resource.name) ?? [];
    if (resource.type !== MAPPING) return resource;
    const arrivalSeconds = feeds[feed]?.polled ? polls(resources)?.pollSeconds : undefined;
    const maximumBatchingWindowInSeconds = batchWindow({ freshnessSeconds, arrivalSeconds });
    return { ...resource, inputs: { ...resource.inputs, maximumBatchingWindowInSeconds } };
  });
