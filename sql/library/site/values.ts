import type { FeedDefinition } from "../../../data/feeds";
import { defaultText, optionName, readValue, type Value } from "../values";
import type { SitePage } from "./model";

/** The values of a page's parameters at a moment. */
export const valuesOf = (
  { report, parameters }: SitePage,
  feeds: readonly FeedDefinition[],
  now: number,
): ReadonlyMap<string, Value> =>
  new Map(
    report.params.map((param) => [
      param.name,
      readValue(param, parameters[param.name] ?? defaultText(param, feeds), now),
    ]),
  );

/** Parameters with their values, for people. */
export const factsOf = (values: ReadonlyMap<string, Value>): (readonly [string, string])[] =>
  [...values]
    .filter(([, value]) => value.shown !== "")
    .map(([name, value]) => [`--${optionName(name)}`, value.shown] as const);
