import type { LifecycleRule } from "@aws-sdk/client-s3";
import type { Bucket } from "./bucket";
import { remove } from "./operations/delete-object";
import type { StoredObject, Upload, Version } from "./records";
import type { BucketRecord, S3Store } from "./store";

const DAY = 86_400_000;

export interface LifecycleConfiguration {
  readonly Rules?: LifecycleRule[];
  readonly TransitionDefaultMinimumObjectSize?: "all_storage_classes_128K" | "varies_by_storage_class";
}

/** S3 rounds the end of the days up to the next midnight UTC. */
const dueAfter = (since: number, days: number): number => Math.ceil((since + days * DAY) / DAY) * DAY;

export const nextMidnight = (now: number): number => (Math.floor(now / DAY) + 1) * DAY;

const rulesOf = (record: BucketRecord): readonly LifecycleRule[] =>
  ((record.configurations.lifecycle as LifecycleConfiguration | undefined)?.Rules ?? []).filter(
    ({ Status }) => Status === "Enabled",
  );

interface Subject {
  readonly key: string;
  readonly size: number;
  readonly tags: Readonly<Record<string, string>>;
}

function applies({ Prefix, Filter }: LifecycleRule, subject: Subject): boolean {
  const all = Filter?.And;
  const tags = [...(all?.Tags ?? []), ...(Filter?.Tag ? [Filter.Tag] : [])];
  const larger = all?.ObjectSizeGreaterThan ?? Filter?.ObjectSizeGreaterThan;
  const smaller = all?.ObjectSizeLessThan ?? Filter?.ObjectSizeLessThan;
  return (
    subject.key.startsWith(all?.Prefix ?? Filter?.Prefix ?? Prefix ?? "") &&
    tags.every(({ Key = "", Value }) => Object.hasOwn(subject.tags, Key) && subject.tags[Key] === Value) &&
    (larger === undefined || subject.size > Number(larger)) &&
    (smaller === undefined || subject.size < Number(smaller))
  );
}

/** The time when a current object expires, and the ID of the rule. */
function expiry(object: StoredObject, record: BucketRecord): { at: number; rule: string } | undefined {
  return rulesOf(record)
    .filter((rule) => applies(rule, object))
    .flatMap(({ ID = "", Expiration }) => {
      if (Expiration?.Date) return [{ at: Expiration.Date.getTime(), rule: ID }];
      return Expiration?.Days ? [{ at: dueAfter(object.modified, Expiration.Days), rule: ID }] : [];
    })
    .sort((a, b) => a.at - b.at)[0];
}

/** The x-amz-expiration header. */
export function expirationHeader(object: StoredObject, record: BucketRecord): { Expiration?: string } {
  const found = expiry(object, record);
  if (!found) return {};
  return {
    Expiration: `expiry-date="${new Date(found.at).toUTCString()}", rule-id="${encodeURIComponent(found.rule)}"`,
  };
}

function abortOf(upload: Upload, record: BucketRecord): { at: number; rule: string } | undefined {
  const subject: Subject = { key: upload.key, size: 0, tags: {} };
  return rulesOf(record)
    .filter((rule) => applies(rule, subject))
    .flatMap(({ ID = "", AbortIncompleteMultipartUpload: abort }) =>
      abort?.DaysAfterInitiation === undefined
        ? []
        : [{ at: dueAfter(upload.initiated, abort.DaysAfterInitiation), rule: ID }],
    )
    .sort((a, b) => a.at - b.at)[0];
}

export function abortHeaders(
  upload: Upload,
  record: BucketRecord,
): { AbortDate?: Date; AbortRuleId?: string } {
  const found = abortOf(upload, record);
  return found ? { AbortDate: new Date(found.at), AbortRuleId: found.rule } : {};
}

/** Applies the due actions of all rules to a bucket. */
export function runLifecycle(store: S3Store, bucket: Bucket, now: number): void {
  const record = store.record(bucket.name);
  const rules = rulesOf(record);
  if (rules.length === 0) return;
  for (const { upload } of [...bucket.uploads.values()])
    if ((abortOf(upload, record)?.at ?? now + 1) <= now) bucket.commit({ abort: upload.id });
  const keys = Array.from({ length: bucket.keys.size }, (_, index) => bucket.keys.at(index) as string);
  for (const key of keys) {
    expireNoncurrent(bucket, rules, bucket.versions(key), now);
    const current = bucket.current(key);
    if (current && (expiry(current, record)?.at ?? now + 1) <= now)
      remove(store, bucket, key, undefined, "LifecycleExpiration");
    else if (current) transition(bucket, rules, current, now);
    else dropLoneMarker(bucket, rules, key);
  }
}

function expireNoncurrent(
  bucket: Bucket,
  rules: readonly LifecycleRule[],
  versions: readonly Version[],
  now: number,
): void {
  const older = versions
    .slice(1)
    .map((version, index) => ({ version, since: versions[index]?.modified ?? now, newer: index }));
  for (const { version, since, newer } of older) {
    const due = rules.some((rule) => {
      const { NoncurrentDays, NewerNoncurrentVersions = 0 } = rule.NoncurrentVersionExpiration ?? {};
      const subject = version.kind === "object" ? version : { key: version.key, size: 0, tags: {} };
      return (
        NoncurrentDays !== undefined &&
        newer >= NewerNoncurrentVersions &&
        applies(rule, subject) &&
        dueAfter(since, NoncurrentDays) <= now
      );
    });
    if (due) bucket.commit({ remove: [version.key, version.versionId] });
  }
}

function transition(
  bucket: Bucket,
  rules: readonly LifecycleRule[],
  object: StoredObject,
  now: number,
): void {
  const due = rules
    .filter((rule) => applies(rule, object))
    .flatMap(({ Transitions = [] }) => Transitions)
    .map(({ Days, Date: date, StorageClass }) => ({
      at: date?.getTime() ?? dueAfter(object.modified, Days ?? 0),
      StorageClass,
    }))
    .filter(({ at }) => at <= now)
    .sort((a, b) => a.at - b.at)
    .at(-1)?.StorageClass;
  // By default S3 does not transition objects below 128 KB.
  if (due && due !== object.storageClass && object.size >= 128 * 1024)
    bucket.commit({ redescribe: { ...object, storageClass: due } });
}

/** Removes a delete marker without older versions. */
function dropLoneMarker(bucket: Bucket, rules: readonly LifecycleRule[], key: string): void {
  const [top, ...rest] = bucket.versions(key);
  if (top?.kind !== "marker" || rest.length > 0) return;
  const subject: Subject = { key, size: 0, tags: {} };
  const expires = rules.some((rule) => rule.Expiration?.ExpiredObjectDeleteMarker && applies(rule, subject));
  if (expires) bucket.commit({ remove: [key, top.versionId] });
}
