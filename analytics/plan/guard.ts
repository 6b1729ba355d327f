import { GetWorkGroupCommand } from "@aws-sdk/client-athena";
import { Refusal } from "../../tools/kit/errors";
import type { Clients } from "../clients";
import type { Estimate } from "./estimate";
import { priceNote } from "./prices";
import { bytesText, costText } from "./units";

export interface Limits {
  /** Bytes. */
  readonly maxScan: number;
  readonly allowFullScan: boolean;
  /** The workgroup's limit in bytes. Athena cancels a query that scans more. */
  readonly workgroupLimit?: number | undefined;
}

/** Throws a Refusal if the query would scan too much. */
export function guard(estimate: Estimate, { maxScan, allowFullScan, workgroupLimit }: Limits): void {
  if (allowFullScan) return;
  if (estimate.unpruned.length > 0)
    throw new Refusal(
      `refused: no predicate bounds the partitions of ${estimate.unpruned.join(", ")} (${describe(estimate)}); ` +
        "add a predicate on dt, such as dt >= '2026-01-01', or give --allow-full-scan",
    );
  if (estimate.bytes > maxScan)
    throw new Refusal(
      `refused: the query would scan ${describe(estimate)}, more than ${bytesText(maxScan)}; ` +
        "shorten the window, raise --max-scan, or give --allow-full-scan",
    );
  if (workgroupLimit !== undefined && estimate.bytes > workgroupLimit)
    throw new Refusal(
      `refused: the query would scan ${describe(estimate)}, and the workgroup cancels queries that scan more than ` +
        `${bytesText(workgroupLimit)}; shorten the window, or raise the stack's scanLimitMegabytes`,
    );
}

export const describe = ({ bytes, partitions, objects, cost, region }: Estimate): string =>
  `${bytesText(bytes)} in ${objects} objects of ${partitions} partitions, about ${costText(cost)} ${priceNote(region)}`;

/** The workgroup's scan limit; undefined if it has none, or if the user may not read it. */
export async function workgroupScanLimit(clients: Clients, workgroup: string): Promise<number | undefined> {
  try {
    const command = new GetWorkGroupCommand({ WorkGroup: workgroup });
    const { WorkGroup } = await clients.athena.send(command, clients.callOptions);
    return WorkGroup?.Configuration?.BytesScannedCutoffPerQuery;
  } catch (error) {
    if (error instanceof Error && error.name === "AccessDeniedException") return undefined;
    throw error;
  }
}
