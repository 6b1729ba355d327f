import { secret } from "../../values";
import { type LiveReaders, nameIn, policyIn, tagMap } from "./reader";

export const accountReaders: LiveReaders = {
  "aws:iam/role:Role": async (RoleName, { call }) => {
    const { Role: found } = await call("iam", "GetRole", { RoleName });
    return {
      inputs: {
        name: found?.RoleName,
        path: found?.Path,
        description: found?.Description || undefined,
        assumeRolePolicy: policyIn(found?.AssumeRolePolicyDocument),
        maxSessionDuration: found?.MaxSessionDuration,
        permissionsBoundary: found?.PermissionsBoundary?.PermissionsBoundaryArn,
      },
      defaults: { path: "/", maxSessionDuration: 3600 },
      outputs: { arn: found?.Arn, uniqueId: found?.RoleId, createDate: found?.CreateDate?.toISOString() },
      tags: tagMap(found?.Tags),
    };
  },
  "aws:iam/rolePolicy:RolePolicy": async (id, { call }) => {
    const [RoleName = "", PolicyName = ""] = id.split(":");
    const found = await call("iam", "GetRolePolicy", { RoleName, PolicyName });
    return {
      inputs: { name: found.PolicyName, role: found.RoleName, policy: policyIn(found.PolicyDocument) },
    };
  },
  "aws:kms/key:Key": async (id, { call }) => {
    const KeyId = nameIn(id);
    const { KeyMetadata: found } = await call("kms", "DescribeKey", { KeyId });
    if (found?.KeyState === "PendingDeletion") return undefined;
    const { Policy } = await call("kms", "GetKeyPolicy", { KeyId });
    const { KeyRotationEnabled } = await call("kms", "GetKeyRotationStatus", { KeyId });
    const { Tags = [] } = await call("kms", "ListResourceTags", { KeyId });
    return {
      inputs: {
        description: found?.Description || undefined,
        policy: Policy,
        enableKeyRotation: KeyRotationEnabled,
      },
      defaults: { enableKeyRotation: false },
      computed: ["policy"],
      outputs: { keyId: found?.KeyId, arn: found?.Arn },
      tags: Object.fromEntries(Tags.map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue])),
    };
  },
  "aws:kms/alias:Alias": async (name, { call }) => {
    const { KeyMetadata: found } = await call("kms", "DescribeKey", { KeyId: name });
    return { inputs: { name, targetKeyId: found?.KeyId } };
  },
  "aws:ssm/parameter:Parameter": async (Name, { call }) => {
    const { Parameter: found } = await call("ssm", "GetParameter", { Name, WithDecryption: true });
    const { TagList } = await call("ssm", "ListTagsForResource", {
      ResourceType: "Parameter",
      ResourceId: Name,
    });
    const value = found?.Value ?? "";
    return {
      inputs: {
        name: found?.Name,
        type: found?.Type,
        value: found?.Type === "SecureString" ? secret(value) : value,
      },
      outputs: { arn: found?.ARN, version: found?.Version },
      tags: tagMap(TagList),
    };
  },
  "aws:cloudwatch/logGroup:LogGroup": async (name, { call }) => {
    const { logGroups = [] } = await call("cloudwatch-logs", "DescribeLogGroups", {
      logGroupNamePrefix: name,
    });
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
    if (!found) return undefined;
    const resourceArn = (found.arn ?? "").replace(/:\*$/, "");
    const { tags = {} } = await call("cloudwatch-logs", "ListTagsForResource", { resourceArn });
    return {
      inputs: {
        name,
        retentionInDays: found.retentionInDays,
        kmsKeyId: found.kmsKeyId,
        logGroupClass: found.logGroupClass,
      },
      defaults: { logGroupClass: "STANDARD" },
      outputs: { arn: resourceArn },
      tags,
    };
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": async (name, { call }) => {
    const { MetricAlarms: [found] = [] } = await call("cloudwatch", "DescribeAlarms", { AlarmNames: [name] });
    if (!found) return undefined;
    const { Tags } = await call("cloudwatch", "ListTagsForResource", { ResourceARN: found.AlarmArn });
    const dimensions = (list: typeof found.Dimensions) =>
      Object.fromEntries((list ?? []).map(({ Name = "", Value = "" }) => [Name, Value]));
    return {
      inputs: {
        name,
        alarmDescription: found.AlarmDescription,
        actionsEnabled: found.ActionsEnabled,
        alarmActions: found.AlarmActions,
        okActions: found.OKActions,
        insufficientDataActions: found.InsufficientDataActions,
        comparisonOperator: found.ComparisonOperator,
        evaluationPeriods: found.EvaluationPeriods,
        datapointsToAlarm: found.DatapointsToAlarm,
        threshold: found.Threshold,
        treatMissingData: found.TreatMissingData,
        metricName: found.MetricName,
        namespace: found.Namespace,
        period: found.Period,
        statistic: found.Statistic,
        extendedStatistic: found.ExtendedStatistic,
        dimensions: found.MetricName === undefined ? undefined : dimensions(found.Dimensions),
        metricQueries: found.Metrics?.map(({ Id, Expression, Label, ReturnData, MetricStat }) => ({
          id: Id,
          expression: Expression,
          label: Label,
          returnData: ReturnData,
          metric: MetricStat && {
            namespace: MetricStat.Metric?.Namespace,
            metricName: MetricStat.Metric?.MetricName,
            dimensions: dimensions(MetricStat.Metric?.Dimensions),
            period: MetricStat.Period,
            stat: MetricStat.Stat,
            unit: MetricStat.Unit,
          },
        })),
      },
      defaults: {
        actionsEnabled: true,
        alarmActions: [],
        okActions: [],
        insufficientDataActions: [],
        treatMissingData: "missing",
        dimensions: {},
      },
      outputs: { arn: found.AlarmArn },
      tags: tagMap(Tags),
    };
  },
  "aws:sns/topic:Topic": async (TopicArn, { call }) => {
    const { Attributes: found = {} } = await call("sns", "GetTopicAttributes", { TopicArn });
    const { Tags } = await call("sns", "ListTagsForResource", { ResourceArn: TopicArn });
    return {
      inputs: {
        name: nameIn(TopicArn),
        kmsMasterKeyId: found.KmsMasterKeyId || undefined,
        displayName: found.DisplayName || undefined,
      },
      outputs: { arn: TopicArn },
      tags: tagMap(Tags),
    };
  },
  "aws:sqs/queue:Queue": async (QueueUrl, { call }) => {
    const { Attributes: found = {} } = await call("sqs", "GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["All"],
    });
    const { Tags: tags = {} } = await call("sqs", "ListQueueTags", { QueueUrl });
    return {
      inputs: {
        name: nameIn(found.QueueArn ?? QueueUrl),
        messageRetentionSeconds: Number(found.MessageRetentionPeriod),
        visibilityTimeoutSeconds: Number(found.VisibilityTimeout),
        delaySeconds: Number(found.DelaySeconds),
        receiveWaitTimeSeconds: Number(found.ReceiveMessageWaitTimeSeconds),
        maxMessageSize: Number(found.MaximumMessageSize),
        kmsMasterKeyId: found.KmsMasterKeyId || undefined,
        redrivePolicy: found.RedrivePolicy || undefined,
      },
      defaults: {
        messageRetentionSeconds: 345_600,
        visibilityTimeoutSeconds: 30,
        delaySeconds: 0,
        receiveWaitTimeSeconds: 0,
      },
      computed: ["maxMessageSize"],
      outputs: { url: QueueUrl, arn: found.QueueArn },
      tags,
    };
  },
};
