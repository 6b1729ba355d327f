import type { Change, PreviewResource } from "../../packages/pulumi-local";

const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

interface Rule {
  readonly status?: string;
  readonly filter?: {
    readonly prefix?: string;
    readonly and?: { readonly prefix?: string; readonly tags?: Readonly<Record<string, string>> };
  };
  readonly expiration?: { readonly days?: number };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays?: number };
}

/** When objects are deleted, a line for each rule of each bucket that expires something. */
export const retentionLines = (resources: readonly PreviewResource[]): string[] =>
  resources
    .filter(({ type }) => type === LIFECYCLE)
    .flatMap(({ name, inputs }) =>
      ((inputs.rules ?? []) as readonly Rule[]).flatMap((rule) =>
        textsOf(rule).map((text) => `${name.replace(/-lifecycle$/, "")} ${text}`),
      ),
    );

function textsOf({ status, filter, expiration, noncurrentVersionExpiration: old }: Rule): string[] {
  if (status !== "Enabled") return [];
  const prefix = filter?.and?.prefix ?? filter?.prefix ?? "";
  const what = `${prefix || "all objects"}${filter?.and?.tags ? (TAGGED[prefix] ?? ", tagged objects") : ""}`;
  return [
    ...(expiration?.days ? [`${what}: ${expiration.days} days after it was written`] : []),
    ...(old?.noncurrentDays
      ? [`${what}, old versions: ${old.noncurrentDays} days after they were replaced or deleted`]
      : []),
  ];
}

/** What the compaction tags. */
const TAGGED: Readonly<Record<string, string>> = {
  "csv/": ", only days that the views read from history/",
  "history/": ", only replaced runs",
};

/** What the end of the daily compaction means for the views. */
export const compactionNotes = (changes: readonly Change[]): string[] =>
  changes.some(({ kind, type, name }) => kind === "deleted" && type === FUNCTION && name === "compact")
    ? [
        "compaction none: the deployment writes the views over csv/ again, and days whose csv/ has expired are missing " +
          "from them; run npm run compact after it, which lets the views read history/ again",
      ]
    : [];

const FUNCTION = "aws:lambda/function:Function";
