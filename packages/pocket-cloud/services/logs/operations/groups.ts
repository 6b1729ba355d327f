import { AwsError } from "../../../errors";
import type { Operations } from "../../../service";
import { groupName, invalidParameter, type LogGroup, type LogStore, nameInArn } from "../store";

const NAME = { logGroupName: { length: [1, 512], pattern: /[.\-_/#A-Za-z0-9]+/ } } as const;
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export function groupOperations(store: LogStore) {
  const { groups } = store;
  /** As IAM knows a group: its streams' ARNs without a stream. */
  const ofGroup = (input: { logGroupName?: string | undefined; logGroupIdentifier?: string | undefined }) => [
    `${store.groupArn(groupName(input))}:log-stream:`,
  ];
  const ofArn = (input: { resourceArn: string | undefined }) => [
    store.groupArn(nameInArn(input.resourceArn ?? "")),
  ];
  const change = (name: string, how: (group: LogGroup) => void) => {
    store.group(name);
    groups.update(name, how);
    return {};
  };
  return {
    CreateLogGroup: {
      rules: NAME,
      resources: ofGroup,
      run: ({ logGroupName: name = "", tags = {}, kmsKeyId, logGroupClass: kind = "STANDARD" }) => {
        if (groups.has(name))
          throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
        groups.set(name, { name, created: store.cloud.clock.now(), kind, kmsKeyId, tags });
        return {};
      },
    },
    DeleteLogGroup: {
      resources: ofGroup,
      run: ({ logGroupName = "" }) => {
        store.group(logGroupName);
        for (const stream of store.streamsOf(logGroupName)) store.dropStream(stream);
        groups.delete(logGroupName);
        return {};
      },
    },
    DescribeLogGroups: {
      run: ({ logGroupNamePrefix, logGroupNamePattern, nextToken, limit = 50 }) => {
        if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined)
          throw invalidParameter("logGroupNamePrefix and logGroupNamePattern cannot be given together.");
        const found = groups
          .values()
          .filter(
            ({ name }) =>
              name.startsWith(logGroupNamePrefix ?? "") &&
              name.toLowerCase().includes(logGroupNamePattern?.toLowerCase() ?? "") &&
              name > (nextToken ?? ""),
          );
        const shown = found.slice(0, limit);
        return {
          logGroups: shown.map((group) => describe(store, group)),
          ...(found.length > limit && { nextToken: shown.at(-1)?.name }),
        };
      },
    },
    PutRetentionPolicy: {
      resources: ofGroup,
      run: ({ logGroupName = "", retentionInDays = 0 }) => {
        if (!RETENTIONS.includes(retentionInDays))
          throw invalidParameter(
            `1 validation error detected: Value '${retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTIONS.join(", ")}]`,
          );
        return change(logGroupName, (group) => {
          group.retentionDays = retentionInDays;
        });
      },
    },
    DeleteRetentionPolicy: {
      resources: ofGroup,
      run: ({ logGroupName = "" }) =>
        change(logGroupName, (group) => {
          group.retentionDays = undefined;
        }),
    },
    AssociateKmsKey: {
      resources: ofGroup,
      run: (input) =>
        change(input.resourceIdentifier ? nameInArn(input.resourceIdentifier) : groupName(input), (group) => {
          group.kmsKeyId = input.kmsKeyId;
        }),
    },
    DisassociateKmsKey: {
      resources: ofGroup,
      run: (input) =>
        change(input.resourceIdentifier ? nameInArn(input.resourceIdentifier) : groupName(input), (group) => {
          group.kmsKeyId = undefined;
        }),
    },
    TagResource: {
      resources: ofArn,
      run: ({ resourceArn = "", tags = {} }) =>
        change(nameInArn(resourceArn), (group) => Object.assign(group.tags, tags)),
    },
    UntagResource: {
      resources: ofArn,
      run: ({ resourceArn = "", tagKeys = [] }) =>
        change(nameInArn(resourceArn), (group) => {
          for (const key of tagKeys) delete group.tags[key];
        }),
    },
    ListTagsForResource: {
      resources: ofArn,
      run: ({ resourceArn = "" }) => ({ tags: store.group(nameInArn(resourceArn)).tags }),
    },
    TagLogGroup: {
      resources: ofGroup,
      run: ({ logGroupName = "", tags = {} }) =>
        change(logGroupName, (group) => Object.assign(group.tags, tags)),
    },
    UntagLogGroup: {
      resources: ofGroup,
      run: ({ logGroupName = "", tags = [] }) =>
        change(logGroupName, (group) => {
          for (const key of tags) delete group.tags[key];
        }),
    },
    ListTagsLogGroup: {
      resources: ofGroup,
      run: ({ logGroupName = "" }) => ({ tags: store.group(logGroupName).tags }),
    },
  } satisfies Operations<"logs">;
}

function describe(store: LogStore, group: LogGroup) {
  const arn = store.groupArn(group.name);
  return {
    logGroupName: group.name,
    creationTime: group.created,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    logGroupClass: group.kind,
    storedBytes: store
      .streamsOf(group.name)
      .reduce((sum, stream) => sum + store.events(stream).summary().bytes, 0),
    ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
    ...(group.kmsKeyId !== undefined && { kmsKeyId: group.kmsKeyId }),
  };
}
