import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { LogGroupClass } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError } from "../../errors";
import type { CloudContext } from "../../service";
import { Collection } from "../../storage/collection";
import { EventFiles } from "./events";

export interface LogGroup {
  readonly name: string;
  readonly created: number;
  readonly kind: LogGroupClass;
  retentionDays?: number | undefined;
  kmsKeyId?: string | undefined;
  tags: Record<string, string>;
}

export interface LogStream {
  readonly group: string;
  readonly name: string;
  readonly created: number;
}

export const DAY_MS = 24 * 3600 * 1000;

/** Log groups and streams of one account; the events lie in files of their own. */
export class LogStore {
  readonly groups: Collection<LogGroup>;
  readonly streams: Collection<LogStream>;
  readonly #dir: string;
  readonly #files = new Map<string, EventFiles>();

  constructor(readonly cloud: CloudContext) {
    this.#dir = join(cloud.dir, "logs");
    this.groups = new Collection(this.#dir, "groups");
    this.streams = new Collection(this.#dir, "streams");
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

  events({ group, name }: LogStream): EventFiles {
    const key = streamKey(group, name);
    const files = this.#files.get(key) ?? new EventFiles(join(this.#dir, "events", folderOf(key)));
    this.#files.set(key, files);
    return files;
  }

  /** Events older than this are gone, whether a sweep has come by or not. */
  horizon({ retentionDays }: LogGroup): number {
    return retentionDays === undefined ? 0 : this.cloud.clock.now() - retentionDays * DAY_MS;
  }

  dropStream(stream: LogStream): void {
    const key = streamKey(stream.group, stream.name);
    this.streams.delete(key);
    this.#files.delete(key);
    rmSync(join(this.#dir, "events", folderOf(key)), { recursive: true, force: true });
  }

  /** Removes the files whose events have all passed their group's retention. */
  sweep(): void {
    for (const group of this.groups.values())
      if (group.retentionDays !== undefined)
        for (const stream of this.streamsOf(group.name)) this.events(stream).dropBefore(this.horizon(group));
  }

  groupArn(name: string): string {
    const { region, accountId } = this.cloud;
    return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
  }
}

/** A colon is in no group's or stream's name. */
export const streamKey = (group: string, stream: string): string => `${group}:${stream}`;

/** Names may be longer and stranger than file names. */
const folderOf = (key: string): string => createHash("sha256").update(key).digest("hex").slice(0, 32);

export const notFound = (message: string): AwsError => new AwsError("ResourceNotFoundException", message);

export const invalidParameter = (message: string): AwsError =>
  new AwsError("InvalidParameterException", message);

/** The group a request names, by its name or its ARN. */
export function groupName(input: {
  logGroupName?: string | undefined;
  logGroupIdentifier?: string | undefined;
}): string {
  const { logGroupName, logGroupIdentifier: id } = input;
  if (logGroupName !== undefined) return logGroupName;
  if (id === undefined) throw invalidParameter("Either logGroupName or logGroupIdentifier must be given.");
  return nameInArn(id);
}

export const nameInArn = (arn: string): string => /:log-group:([^:]+)(?::\*)?$/.exec(arn)?.[1] ?? arn;
