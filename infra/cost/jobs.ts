import { feeds } from "../../data/feeds";
import { filesOf } from "../../data/history/key-ranges";
import type { CostLine, lineIn, Priced } from "./model";
import { DAYS, type Traffic, trafficOf } from "./traffic";
import usage from "./usage.json";
import { batchesPerMonth, csvBytesPerMonth, csvDays, MB, objectsPerMonth, STREAM, stored } from "./volumes";

type Line = ReturnType<typeof lineIn>;

export const PUBLISHER = "publish-reports";

/** Runs of functions and schedules that do not depend on traffic; 0 for others. */
export function runsPerDay(name: string, all: readonly Priced[]): number {
  if (name === "landing-crawl" || name === "reconcile" || name === "compact") return 1;
  if (name !== PUBLISHER) return 0;
  const schedule = all.find(
    (one) => one.type === "aws:scheduler/schedule:Schedule" && one.name === PUBLISHER,
  );
  const [, minutes] = /^rate\((\d+) minutes\)$/.exec(String(schedule?.inputs.scheduleExpression)) ?? [];
  return minutes === undefined ? 0 : 1440 / Number(minutes);
}

/** A publication runs a query for each page, lists the lake, and writes every file. */
export const publications = (name: string, line: Line, count: number): readonly CostLine[] => [
  line(
    `${name} queries`,
    "athena.terabyte",
    (count * usage.publishedPages * Math.max(10, usage.megabytesPerQuery) * MB) / 1024 ** 4,
  ),
  line(
    `${name} objects`,
    "s3.thousandLists",
    (count * usage.publishedPages * (usage.listsPerQuery + LISTS_PER_PAGE)) / 1000,
  ),
  line(`${name} objects`, "s3.thousandGets", (count * usage.publishedPages * usage.getsPerQuery) / 1000),
  line(`${name} objects`, "s3.thousandPuts", (count * usage.publishedFiles) / 1000),
];

/** Listings for what may be missing, and of what is published. */
const LISTS_PER_PAGE = 5;

/** A day's comparison of each feed lists and reads the day's objects of csv/ and raw/, and queries the view. */
export function comparisons(name: string, line: Line, all: readonly Priced[]): readonly CostLine[] {
  const traffic = all.flatMap((one) =>
    one.type === STREAM ? (trafficOf(one.name.replace(/-stream$/, ""), all) ?? []) : [],
  );
  const objects = traffic.reduce(
    (sum, feed) => sum + batchesPerMonth(feed, all) + objectsPerMonth(300, feed.records),
    0,
  );
  return [
    line(`${name} objects`, "s3.thousandGets", objects / 1000),
    line(`${name} objects`, "s3.thousandLists", (traffic.length * DAYS * LISTS_PER_COMPARISON) / 1000),
    line(`${name} queries`, "athena.terabyte", (traffic.length * DAYS * 10 * MB) / 1024 ** 4),
  ];
}

/** Two days of folders, with pages of a thousand objects, and the partitions of the query on the view. */
const LISTS_PER_COMPARISON = 30;

/**
 * A feed's closed day is read by two statements, and by a third one when it is split into files. Its objects are listed, with those of
 * the days in csv/, before and after.
 */
export function compactions(name: string, line: Line, all: readonly Priced[]): readonly CostLine[] {
  const traffic = all.flatMap((one) =>
    one.type === STREAM ? (trafficOf(one.name.replace(/-stream$/, ""), all) ?? []) : [],
  );
  const perDay = traffic.map((feed) => {
    const files = filesPerDay(feed);
    return {
      objects: batchesPerMonth(feed, all) / DAYS,
      bytes: csvBytesPerMonth(feed) / DAYS,
      files,
      statements: files > 1 ? STATEMENTS + 1 : STATEMENTS,
    };
  });
  const sum = (of: (feed: (typeof perDay)[number]) => number) =>
    perDay.reduce((total, feed) => total + of(feed), 0);
  const scanned = sum(({ bytes, statements }) => statements * Math.max(10 * MB, bytes));
  const days = csvDays(all);
  const listed = sum(
    ({ objects, statements }) => (days * objects) / KEYS_PER_LIST + 6 + statements * HOURS_PER_DAY,
  );
  // Each object of a compacted day gets the tag that lets it expire.
  const puts = sum(
    ({ objects, files, statements }) =>
      PUTS_PER_DAY + files + PUTS_PER_STATEMENT * statements + (days < usage.storedDays ? objects : 0),
  );
  return [
    line(`${name} queries`, "athena.terabyte", (DAYS * scanned) / 1024 ** 4),
    line(
      `${name} objects`,
      "s3.thousandGets",
      (DAYS * sum(({ objects, statements }) => statements * objects)) / 1000,
    ),
    line(`${name} objects`, "s3.thousandLists", (DAYS * listed) / 1000),
    line(`${name} objects`, "s3.thousandPuts", (DAYS * puts) / 1000),
    line(`${name} objects`, "s3.gigabyteMonth", stored(DAYS * sum(({ bytes }) => bytes / PARQUET_RATIO))),
  ];
}

/** One writes a day, the other verifies it; each reads csv/ once. */
const STATEMENTS = 2;
const KEYS_PER_LIST = 1000;
/** Athena lists each projected partition, an hour. */
const HOURS_PER_DAY = 24;
/** The list of a run's inputs, the lease, the list of days, and a mark. */
const PUTS_PER_DAY = 7;
/** A result and its metadata. */
const PUTS_PER_STATEMENT = 2;

/** Parquet files of a closed day. */
export function filesPerDay(traffic: Traffic): number {
  const feed = feeds[traffic.feed];
  return feed ? filesOf(feed, csvBytesPerMonth(traffic) / DAYS) : 1;
}

/** Bytes of csv/ per byte of Parquet. */
export const PARQUET_RATIO = 4;
