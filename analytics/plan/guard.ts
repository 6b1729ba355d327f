import { Refusal } from "../../tools/kit/errors";
import type { Estimate } from "./estimate";
import { inRegion } from "./prices";
import { bytesText, costText } from "./units";

export interface Limits {
  readonly maxScan: number;
  readonly allowFullScan: boolean;
  /** Athena cancels a query of the workgroup that has scanned more. */
  readonly cancelledAbove?: number;
}

/** 10 GB: about five cents in most regions. */
export const defaultMaxScan = 10 * 1024 ** 3;

export function guard(
  estimate: Estimate,
  { maxScan, allowFullScan, cancelledAbove = Infinity }: Limits,
): void {
  if (allowFullScan) return;
  if (estimate.unpruned.length > 0)
    throw new Refusal(
      `refused: nothing bounds the partitions of ${estimate.unpruned.join(", ")} (${describe(estimate)}); ` +
        "add a predicate on dt, such as dt >= '2026-01-01', or give --allow-full-scan",
    );
  if (estimate.bytes > maxScan)
    throw new Refusal(
      `refused: it would scan ${describe(estimate)}, more than ${bytesText(maxScan)}; ` +
        "shorten the window, raise --max-scan, or give --allow-full-scan",
    );
  if (estimate.bytes > cancelledAbove)
    throw new Refusal(
      `refused: it would scan ${describe(estimate)}, and the workgroup cancels what scans more than ` +
        `${bytesText(cancelledAbove)}; shorten the window, or raise the stack's scanLimitMegabytes`,
    );
}

export const describe = ({ bytes, partitions, objects, cost, region }: Estimate): string =>
  `${bytesText(bytes)} in ${objects} objects of ${partitions} partitions, about ${costText(cost)} ${inRegion(region)}`;
