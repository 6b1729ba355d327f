import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { LogGroupClass } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError, validationError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import type { Tags } from "../shared/tags";
import { invalidParameter } from "./errors";
import { DAY_MS, EventFiles } from "./events";
import { GroupFilters } from "./group-filters";

export interface LogGroup {
  readonly name: string;
  readonly created: number;
  readonly kind: LogGroupClass;
  retentionDays?: number | undefined;
  kmsKeyId?: string | undefined;
  tags: Tags;
}

export interface LogStream {
  readonly group: string;
  readonly name: string;
  readonly created: number;
}

interface GroupReference {
  readonly logGroupName?: string | undefined;
  readonly logGroupIdentifier?: string | undefined;
}

/** The account's log groups and streams. Their events are in separate files. */
export class LogStore {
  readonly groups: Collection<LogGroup>;
  readonly streams: Collection<LogStream>;
  readonly filters: GroupFilters;
  readonly #dir: string;
  readonly #files = new Map<string, EventFiles>();

  constructor(readonly cloud: CloudContext) {
    this.#dir = join(cloud.dir, "logs");
    this.groups = new Collection(this.#dir, "groups");
    this.streams = new Collection(this.#dir, "streams");
    this.filters = new GroupFilters(cloud, this.#dir);
  }

  group(name: string): LogGroup {
    const group = this.groups.get(name);
    if (group) return group;
    throw notFound("The specified log group does not exist.");
  }

  stream(group: string, name: string): LogStream {
    this.group(group);
    const stream = this.streams.get(streamKey(group, name));
    if (stream) return stream;
    throw notFound("The specified log stream does not exist.");
  }

  streamsOf(group: string): LogStream[] {
    return this.streams.values().filter((stream) => stream.group === group);
  }

  createStream(group: string, name: string): void {
    this.group(group);
    const key = streamKey(group, name);
    if (this.streams.has(key))
      throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
    this.streams.set(key, { group, name, created: this.cloud.clock.now() });
  }

  events({ group, name }: LogStream): EventFiles {
    const key = streamKey(group, name);
    const files = this.#files.get(key) ?? new EventFiles(this.#folderOf(key));
    this.#files.set(key, files);
    return files;
  }

  /** Events before this time are past the group's retention, whether their files are deleted yet or not. */
  horizon({ retentionDays }: LogGroup): number {
    return retentionDays === undefined ? 0 : this.cloud.clock.now() - retentionDays * DAY_MS;
  }

  deleteStream({ group, name }: LogStream): void {
    const key = streamKey(group, name);
    this.streams.delete(key);
    this.#files.delete(key);
    rmSync(this.#folderOf(key), { recursive: true, force: true });
  }

  /** Deletes the files whose events are all past their group's retention. */
  deleteExpired(): void {
    for (const group of this.groups.values())
      if (group.retentionDays !== undefined)
        for (const stream of this.streamsOf(group.name))
          this.events(stream).deleteBefore(this.horizon(group));
  }

  groupArn(name: string): string {
    const { region, accountId } = this.cloud;
    return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
  }

  /** The resource of IAM checks on a stream; without a stream, on a group. */
  streamArns(group: GroupReference, stream = ""): string[] {
    return [`${this.groupArn(groupName(group))}:log-stream:${stream}`];
  }

  /** A hash, because stream names can be longer than file names and contain any character. */
  #folderOf(key: string): string {
    return join(this.#dir, "events", createHash("sha256").update(key).digest("hex").slice(0, 32));
  }
}

/** Names contain no colons. */
const streamKey = (group: string, stream: string): string => `${group}:${stream}`;

const notFound = (message: string): AwsError => new AwsError("ResourceNotFoundException", message);

/** The message of AWS for groups and streams, as recorded by LocalStack's tests of log groups. */
export function checkNameLength(name: string): void {
  if (name.length > 512)
    throw invalidParameter("Invalid LogGroup or LogStream, both must have length less than or equal to 512.");
}

/** The group that a request names, by name or ARN. */
export function groupName({ logGroupName, logGroupIdentifier }: GroupReference): string {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined)
    throw validationError("LogGroup name and LogGroup ARN are mutually exclusive parameters.");
  const name = logGroupName ?? (logGroupIdentifier === undefined ? undefined : nameInArn(logGroupIdentifier));
  if (name === undefined) throw invalidParameter("Either logGroupName or logGroupIdentifier must be given.");
  return name;
}

export const nameInArn = (arn: string): string => /:log-group:([^:]+)(?::\*)?$/.exec(arn)?.[1] ?? arn;
