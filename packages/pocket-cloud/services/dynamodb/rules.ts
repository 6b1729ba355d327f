import type { Rules } from "../../rules";

/** Constraints of the members that operations share. */
export const itemRules: Rules = {
  ReturnConsumedCapacity: { oneOf: ["INDEXES", "TOTAL", "NONE"] },
  ReturnItemCollectionMetrics: { oneOf: ["SIZE", "NONE"] },
};

export const readRules: Rules = {
  ...itemRules,
  Select: { oneOf: ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"] },
};
