import { randomUUID } from "node:crypto";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { type FunctionRecord, notFound } from "./store";

/** The form of modification times in Lambda: milliseconds, and an offset without a colon. */
export const lambdaTime = (millis: number): string => new Date(millis).toISOString().replace("Z", "+0000");

export function versionOf(record: FunctionRecord, version: string | undefined): FunctionConfiguration {
  if (version === undefined || version === "$LATEST") return record.configuration;
  const found = record.versions.find((candidate) => candidate.Version === version);
  if (!found) throw notFound(`Function not found: ${record.configuration.FunctionArn}:${version}`);
  return found;
}

/**
 * Publishes $LATEST under the next version number. When code and configuration have not changed since the last
 * version, that version is returned again.
 */
export function publish(record: FunctionRecord, now: number, description?: string): FunctionConfiguration {
  const latest = record.configuration;
  const last = record.versions.at(-1);
  const revision = latest.RevisionId ?? "";
  if (last && last.CodeSha256 === latest.CodeSha256 && last.MasterArn === revision)
    return withoutRevision(last);
  const number = String(Number(last?.Version ?? "0") + 1);
  // Publishing gives $LATEST and the version a new revision each (recorded by test_function_revisions_version_and_alias).
  latest.RevisionId = randomUUID();
  const version: FunctionConfiguration = {
    ...latest,
    RevisionId: randomUUID(),
    Version: number,
    FunctionArn: `${latest.FunctionArn}:${number}`,
    LastModified: lambdaTime(now),
    MasterArn: latest.RevisionId,
    ...(description !== undefined && { Description: description }),
  };
  record.versions.push(version);
  return withoutRevision(version);
}

/** Removes MasterArn, in which a stored version keeps the revision of $LATEST that it was published from. */
export const withoutRevision = ({ MasterArn: _, ...version }: FunctionConfiguration): FunctionConfiguration =>
  version;
