import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { lambdaTime } from "./configuration";
import type { FunctionRecord } from "./store";

/** Freezes $LATEST under the next number; unchanged code and configuration give the last version again. */
export function publish(record: FunctionRecord, now: number, description?: string): FunctionConfiguration {
  const latest = record.configuration;
  const last = record.versions.at(-1);
  if (last && last.CodeSha256 === latest.CodeSha256 && last.MasterArn === revisionMark(latest))
    return asRead(last);
  const number = String(Number(last?.Version ?? "0") + 1);
  const version: FunctionConfiguration = {
    ...latest,
    Version: number,
    FunctionArn: `${latest.FunctionArn}:${number}`,
    LastModified: lambdaTime(now),
    MasterArn: revisionMark(latest),
    ...(description !== undefined && { Description: description }),
  };
  record.versions.push(version);
  return asRead(version);
}

const revisionMark = (configuration: FunctionConfiguration): string => configuration.RevisionId ?? "";

/** MasterArn holds the revision it was published from; AWS shows it to Lambda@Edge only. */
export const asRead = ({ MasterArn: _revision, ...version }: FunctionConfiguration): FunctionConfiguration =>
  version;
