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
  `approx_most_frequent approx_set bar beta_cdf binomial_cdf bitwise_xor_agg cauchy_cdf checksum chi_squared_cdf
  color combinations contains_sequence cosine_similarity current_timezone empty_approx_set entropy f_cdf
  format_number from_base32 from_base64url from_big_endian_32 from_big_endian_64 from_ieee754_32 from_ieee754_64
  gamma_cdf great_circle_distance hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 human_readable_seconds
  intersection_cardinality inverse_beta_cdf inverse_binomial_cdf inverse_normal_cdf jaccard_index json_array
  json_exists json_object json_query json_value laplace_cdf luhn_check make_set_digest map_zip_with merge
  multimap_from_entries murmur3 ngrams normal_cdf numeric_histogram parse_data_size parse_duration poisson_cdf
  qdigest_agg quantile_at_value reduce_agg regr_count render rgb shuffle simplify_geometry soundex
  spooky_hash_v2_32 spooky_hash_v2_64 st_contains st_distance st_geometryfromtext st_point t_cdf t_pdf tdigest_agg
  timezone to_base32 to_big_endian_32 to_big_endian_64 to_geometry to_ieee754_32 to_ieee754_64
  value_at_quantile values_at_quantiles weibull_cdf wilson_interval_lower wilson_interval_upper word_stem xxhash64`
    .split(/\s+/)
    .filter((name) => name !== ""),
);

/** The names of all functions of Athena that the compiler knows, unsupported ones included. */
export const knownFunctions: readonly string[] = [...byName.keys(), ...unsupported];
