import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { checkGroupKey } from "../encryption";
import { invalidParameter } from "../errors";
import { checkNameLength, groupName, type LogGroup, type LogStore, nameInArn } from "../store";

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

interface GroupOrResource {
  readonly logGroupName?: string | undefined;
  readonly resourceIdentifier?: string | undefined;
}

export function groupOperations(store: LogStore) {
  const { groups } = store;
  const resources = (input: { logGroupName?: string | undefined }) => store.streamArns(input);
  const change = (name: string, apply: (group: LogGroup) => void) => {
    store.group(name);
    groups.update(name, apply);
    return {};
  };
  const setKey = ({ logGroupName, resourceIdentifier }: GroupOrResource, kmsKeyId?: string) => {
    const { name } = store.group(
      resourceIdentifier ? nameInArn(resourceIdentifier) : groupName({ logGroupName }),
    );
    checkGroupKey(store, name, kmsKeyId);
    return change(name, (group) => {
      group.kmsKeyId = kmsKeyId;
    });
  };
  return {
    CreateLogGroup: {
      resources,
      run: ({ logGroupName: name = "", tags = {}, kmsKeyId, logGroupClass: kind = "STANDARD" }) => {
        checkNameLength(name);
        if (groups.has(name))
          throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
        checkGroupKey(store, name, kmsKeyId);
        groups.set(name, { name, created: store.cloud.clock.now(), kind, kmsKeyId, tags });
        return {};
      },
    },
    DeleteLogGroup: {
      resources,
      run: ({ logGroupName = "" }) => {
        store.group(logGroupName);
        for (const stream of store.streamsOf(logGroupName)) store.deleteStream(stream);
        store.filters.deleteOf(logGroupName);
        groups.delete(logGroupName);
        return {};
      },
    },
    DescribeLogGroups: {
      run: ({ logGroupNamePrefix, logGroupNamePattern, nextToken = "", limit = 50 }) => {
        if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined)
          throw invalidParameter(
            "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
          );
        const found = groups
          .values()
          .filter(({ name }) => name.startsWith(logGroupNamePrefix ?? "") && name > nextToken)
          .filter(({ name }) => name.toLowerCase().includes(logGroupNamePattern?.toLowerCase() ?? ""));
        const page = found.slice(0, limit);
        return {
          logGroups: page.map((group) => describe(store, group)),
          ...(found.length > limit && { nextToken: page.at(-1)?.name }),
        };
      },
    },
    PutRetentionPolicy: {
      resources,
      run: ({ logGroupName = "", retentionInDays = 0 }) => {
        if (!RETENTION_DAYS.includes(retentionInDays))
          throw invalidParameter(
            `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(", ")}]`,
          );
        return change(logGroupName, (group) => {
          group.retentionDays = retentionInDays;
        });
      },
    },
    DeleteRetentionPolicy: {
      resources,
      run: ({ logGroupName = "" }) =>
        change(logGroupName, (group) => {
          group.retentionDays = undefined;
        }),
    },
    AssociateKmsKey: {
      resources,
      run: (input) => setKey(input, input.kmsKeyId),
    },
    DisassociateKmsKey: {
      resources,
      run: (input) => setKey(input),
    },
  } satisfies Operations<"logs">;
}

function describe(store: LogStore, { name, created, kind, retentionDays, kmsKeyId }: LogGroup) {
  const arn = store.groupArn(name);
  return {
    logGroupName: name,
    creationTime: created,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: kind,
    deletionProtectionEnabled: false,
    storedBytes: store.streamsOf(name).reduce((sum, stream) => sum + store.events(stream).summary().bytes, 0),
    ...(retentionDays !== undefined && { retentionInDays: retentionDays }),
    ...(kmsKeyId !== undefined && { kmsKeyId }),
  };
}
