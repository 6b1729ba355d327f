import { aggregateFunctions } from "./aggregates";
import { collections } from "./collections";
import { dateTexts } from "./date-texts";
import type { FunctionEntry } from "./entry";
import { json } from "./json";
import { math } from "./math";
import { regexps } from "./regexps";
import { sequences } from "./sequences";
import { text } from "./text";
import { time } from "./time";
import { windowFunctions } from "./window-functions";

/** Every supported function, with its overloads. */
export const functions: readonly FunctionEntry[] = [
  ...math,
  ...text,
  ...regexps,
  ...time,
  ...dateTexts,
  ...json,
  ...collections,
  ...sequences,
  ...aggregateFunctions,
  ...windowFunctions,
];

const byName = new Map<string, FunctionEntry[]>();
for (const entry of functions)
  byName.set(entry.signature.name, [...(byName.get(entry.signature.name) ?? []), entry]);

export const functionsNamed = (name: string): readonly FunctionEntry[] => byName.get(name) ?? [];

/** Functions of Athena that are not supported. A query with one fails as NOT_SUPPORTED, not as FUNCTION_NOT_FOUND. */
export const unsupported: ReadonlySet<string> = new Set(
  `approx_most_frequent approx_set bar binomial_cdf cauchy_cdf checksum chi_squared_cdf color
  current_timezone empty_approx_set entropy f_cdf from_iso8601_timestamp_nanos gamma_cdf
  great_circle_distance hash_counts intersection_cardinality inverse_beta_cdf inverse_binomial_cdf
  jaccard_index laplace_cdf make_set_digest merge merge_set_digest numeric_histogram poisson_cdf
  qdigest_agg quantile_at_value reduce_agg regr_count render rgb shuffle simplify_geometry
  spooky_hash_v2_32 spooky_hash_v2_64 st_contains st_distance st_geometryfromtext st_point t_cdf t_pdf
  tdigest_agg to_geometry value_at_quantile values_at_quantiles weibull_cdf word_stem`
    .split(/\s+/)
    .filter((name) => name !== ""),
);

/** The names of all functions of Athena that the compiler knows, unsupported ones included. */
export const knownFunctions: readonly string[] = [...byName.keys(), ...unsupported];
