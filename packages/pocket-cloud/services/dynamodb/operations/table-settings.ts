import type { ContinuousBackupsDescription } from "@aws-sdk/client-dynamodb";
import { AwsError, validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { tagOperations } from "../../shared/tags";
import type { Expiry } from "../expiry";
import type { TableRecord, TableStore } from "../store";

const DEFAULT_RECOVERY_DAYS = 35;

/** Time to live, point-in-time recovery, tags and resource policies. */
export function tableSettingOperations(store: TableStore, expiry: Expiry) {
  const resources = store.tableArns;
  const byArn = ({ ResourceArn = "" }: { ResourceArn?: string | undefined }) => [ResourceArn];
  const tags = tagOperations({
    resources: byArn,
    find: (input: { ResourceArn?: string | undefined }) => store.record(input.ResourceArn),
    save: (record) => store.save(record),
  });
  return {
    UpdateTimeToLive: {
      resources,
      run: ({ TableName, TimeToLiveSpecification }) => {
        const record = store.record(TableName);
        const { Enabled = false, AttributeName = "" } = TimeToLiveSpecification ?? {};
        if (Enabled === (record.timeToLive !== undefined))
          throw validationError(`TimeToLive is already ${Enabled ? "enabled" : "disabled"}`);
        if (Enabled) record.timeToLive = { attribute: AttributeName };
        else delete record.timeToLive;
        store.save(record);
        expiry.watch();
        return { TimeToLiveSpecification: { Enabled, AttributeName } };
      },
    },
    DescribeTimeToLive: {
      resources,
      run: ({ TableName }) => {
        const { timeToLive } = store.record(TableName);
        return {
          TimeToLiveDescription: timeToLive
            ? { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive.attribute }
            : { TimeToLiveStatus: "DISABLED" },
        };
      },
    },
    DescribeContinuousBackups: {
      resources,
      run: ({ TableName }) => ({ ContinuousBackupsDescription: backups(store.record(TableName)) }),
    },
    UpdateContinuousBackups: {
      resources,
      run: ({ TableName, PointInTimeRecoverySpecification }) => {
        const record = store.record(TableName);
        const { PointInTimeRecoveryEnabled = false, RecoveryPeriodInDays } =
          PointInTimeRecoverySpecification ?? {};
        record.pointInTimeRecovery = PointInTimeRecoveryEnabled;
        if (RecoveryPeriodInDays !== undefined) record.recoveryDays = RecoveryPeriodInDays;
        store.save(record);
        return { ContinuousBackupsDescription: backups(record) };
      },
    },
    TagResource: tags.tag,
    UntagResource: tags.untag,
    ListTagsOfResource: tags.list,
    GetResourcePolicy: {
      resources: byArn,
      run: ({ ResourceArn }) => {
        const { policy } = store.record(ResourceArn);
        if (policy !== undefined) return { Policy: policy };
        throw new AwsError(
          "PolicyNotFoundException",
          `Resource-based policy not found for the provided ResourceArn: ${ResourceArn}`,
        );
      },
    },
  } satisfies Operations<"dynamodb">;

  function backups(record: TableRecord): ContinuousBackupsDescription {
    return {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: record.pointInTimeRecovery
        ? {
            PointInTimeRecoveryStatus: "ENABLED",
            RecoveryPeriodInDays: record.recoveryDays ?? DEFAULT_RECOVERY_DAYS,
            EarliestRestorableDateTime: record.description.CreationDateTime,
            LatestRestorableDateTime: new Date(store.cloud.clock.now()),
          }
        : { PointInTimeRecoveryStatus: "DISABLED" },
    };
  }
}
