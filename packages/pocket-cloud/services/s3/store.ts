import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AwsError } from "../../errors";
import type { Call, CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { Bucket } from "./bucket";
import { s3Errors } from "./errors";
import { FileStore } from "./file-store";
import { isBucketName, newVersionId } from "./names";
import { type EventName, notify } from "./notifications";
import type { Change, Version } from "./records";

/** The settings of a bucket. */
export interface BucketRecord {
  readonly name: string;
  readonly created: Date;
  readonly region: string;
  /** The old name of eu-west-1, if the bucket was created with it. */
  readonly location?: "EU";
  versioning?: "Enabled" | "Suspended";
  /** Configurations as they were put, such as "lifecycle". */
  readonly configurations: Record<string, object>;
}

/** All buckets with their objects. */
export class S3Store {
  readonly records: Collection<BucketRecord>;
  readonly #dir: string;
  readonly #buckets = new Map<string, Bucket>();

  constructor(readonly cloud: CloudContext) {
    this.#dir = join(cloud.dir, "s3");
    this.records = new Collection<BucketRecord>(this.#dir, "buckets");
    this.#removeDeletedBuckets();
    for (const name of this.records.keys()) this.#open(name);
  }

  /** The bucket of a request. */
  bucket(name: string | undefined, expectedOwner?: string): Bucket {
    const bucket = this.#buckets.get(name ?? "");
    if (!bucket) {
      if (!isBucketName(name ?? "")) throw s3Errors.invalidBucketName({ BucketName: name });
      throw s3Errors.noSuchBucket({ BucketName: name });
    }
    if (expectedOwner !== undefined && !/^\d{12}$/.test(expectedOwner))
      throw new AwsError(
        "InvalidBucketOwnerAWSAccountID",
        `The value of the expected bucket owner parameter must be an AWS Account ID... [${expectedOwner}]`,
      );
    if (expectedOwner !== undefined && expectedOwner !== this.cloud.accountId) throw s3Errors.accessDenied();
    return bucket;
  }

  find(name: string): Bucket | undefined {
    return this.#buckets.get(name);
  }

  record(name: string): BucketRecord {
    const record = this.records.get(name);
    if (!record) throw s3Errors.noSuchBucket({ BucketName: name });
    return record;
  }

  create(record: BucketRecord): void {
    this.records.set(record.name, record);
    this.#open(record.name);
  }

  delete(name: string): void {
    this.records.delete(name);
    this.#buckets.get(name)?.close();
    this.#buckets.delete(name);
    rmSync(this.#path(name), { recursive: true, force: true });
  }

  /** The ID of a new version: "null" unless versioning is enabled. */
  versionId(bucket: string): string {
    return this.record(bucket).versioning === "Enabled" ? newVersionId() : "null";
  }

  /** Commits a new version and emits its events. */
  put(bucket: Bucket, version: Version, event: EventName, completes?: string): void {
    const change: Change = { put: version, ...(completes !== undefined && { completes }) };
    bucket.commit(change);
    if (version.kind === "object")
      this.cloud.bus.emit("s3:object-created", { bucket: bucket.name, key: version.key });
    this.#notify(bucket, event, version);
  }

  /** Deletes a version permanently. */
  remove(bucket: Bucket, version: Version, event: EventName): void {
    bucket.commit({ remove: [version.key, version.versionId] });
    this.#notify(bucket, event, version);
  }

  #notify(bucket: Bucket, event: EventName, version: Version): void {
    const configuration = this.record(bucket.name).configurations.notification;
    if (configuration) notify(this.cloud, bucket.name, configuration, event, version);
  }

  /** Authorizes a further action of an operation, with bucket policies. */
  authorize(call: Call, action: string, ...resources: string[]): void {
    this.cloud.identities().authorize(call.caller, action, resources, {}, (arn) => this.policyOf(arn));
  }

  /** The bucket policy for the ARN of a bucket or object. */
  policyOf(arn: string): string | undefined {
    const name = /^arn:aws:s3:::([^/]+)/.exec(arn)?.[1];
    const policy = name === undefined ? undefined : this.records.get(name)?.configurations.policy;
    return (policy as { readonly text: string } | undefined)?.text;
  }

  close(): void {
    for (const bucket of this.#buckets.values()) bucket.close();
  }

  #path(name: string): string {
    return join(this.#dir, "buckets", name);
  }

  #open(name: string): void {
    const dir = this.#path(name);
    this.#buckets.set(name, new Bucket(name, dir, new FileStore(join(dir, "objects"))));
  }

  /** Deletes the remains of deleted buckets after a crash. */
  #removeDeletedBuckets(): void {
    const dir = join(this.#dir, "buckets");
    if (!existsSync(dir)) return;
    for (const name of readdirSync(dir))
      if (!this.records.has(name)) rmSync(join(dir, name), { recursive: true, force: true });
  }
}
