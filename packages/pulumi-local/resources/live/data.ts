import { type LiveReaders, tagMap } from "./reader";

export const dataReaders: LiveReaders = {
  "aws:s3/bucket:Bucket": async (Bucket, { call }) => {
    await call("s3", "HeadBucket", { Bucket });
    const tags = await call("s3", "GetBucketTagging", { Bucket })
      .then(({ TagSet }) => tagMap(TagSet))
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === "NoSuchTagSet") return {};
        throw error;
      });
    return { inputs: { bucket: Bucket }, tags };
  },
  "aws:s3/bucketPolicy:BucketPolicy": async (Bucket, { call }) => {
    const { Policy } = await call("s3", "GetBucketPolicy", { Bucket });
    return { inputs: { bucket: Bucket, policy: Policy } };
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": async (Bucket, { call }) => {
    const { PublicAccessBlockConfiguration: found } = await call("s3", "GetPublicAccessBlock", { Bucket });
    return {
      inputs: {
        bucket: Bucket,
        blockPublicAcls: found?.BlockPublicAcls,
        blockPublicPolicy: found?.BlockPublicPolicy,
        ignorePublicAcls: found?.IgnorePublicAcls,
        restrictPublicBuckets: found?.RestrictPublicBuckets,
      },
    };
  },
  "aws:s3/bucketVersioning:BucketVersioning": async (Bucket, { call }) => {
    const { Status } = await call("s3", "GetBucketVersioning", { Bucket });
    return { inputs: { bucket: Bucket, versioningConfiguration: { status: Status ?? "Disabled" } } };
  },
  "aws:dynamodb/table:Table": async (TableName, { call }) => {
    const { Table: found } = await call("dynamodb", "DescribeTable", { TableName });
    const { TimeToLiveDescription: ttl } = await call("dynamodb", "DescribeTimeToLive", { TableName });
    const { ContinuousBackupsDescription: backups } = await call("dynamodb", "DescribeContinuousBackups", {
      TableName,
    });
    const { Tags } = await call("dynamodb", "ListTagsOfResource", { ResourceArn: found?.TableArn });
    const keyOf = (schema: NonNullable<typeof found>["KeySchema"], type: string) =>
      schema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
    const recovery = backups?.PointInTimeRecoveryDescription;
    const encryption = found?.SSEDescription;
    return {
      inputs: {
        name: found?.TableName,
        billingMode: found?.BillingModeSummary?.BillingMode ?? "PROVISIONED",
        hashKey: keyOf(found?.KeySchema, "HASH"),
        rangeKey: keyOf(found?.KeySchema, "RANGE"),
        attributes: (found?.AttributeDefinitions ?? []).map(({ AttributeName, AttributeType }) => ({
          name: AttributeName,
          type: AttributeType,
        })),
        globalSecondaryIndexes: found?.GlobalSecondaryIndexes?.map((index) => ({
          name: index.IndexName,
          hashKey: keyOf(index.KeySchema, "HASH"),
          rangeKey: keyOf(index.KeySchema, "RANGE"),
          projectionType: index.Projection?.ProjectionType,
          nonKeyAttributes: index.Projection?.NonKeyAttributes,
        })),
        ttl: ttl?.AttributeName && {
          enabled: /^ENABL/.test(ttl.TimeToLiveStatus ?? ""),
          attributeName: ttl.AttributeName,
        },
        pointInTimeRecovery: { enabled: recovery?.PointInTimeRecoveryStatus === "ENABLED" },
        deletionProtectionEnabled: found?.DeletionProtectionEnabled ?? false,
        serverSideEncryption: encryption && {
          enabled: /^ENABL/.test(encryption.Status ?? ""),
          kmsKeyArn: encryption.KMSMasterKeyArn,
        },
      },
      defaults: {
        billingMode: "PROVISIONED",
        pointInTimeRecovery: { enabled: false },
        deletionProtectionEnabled: false,
      },
      outputs: { arn: found?.TableArn },
      tags: tagMap(Tags),
    };
  },
  "aws:glue/catalogDatabase:CatalogDatabase": async (id, { call }) => {
    const { Database: found } = await call("glue", "GetDatabase", { Name: id.split(":").at(-1) });
    return {
      inputs: {
        name: found?.Name,
        description: found?.Description,
        locationUri: found?.LocationUri,
        parameters: found?.Parameters,
      },
      defaults: { parameters: {} },
    };
  },
  "aws:athena/workgroup:Workgroup": async (WorkGroup, { call }) => {
    const { WorkGroup: found } = await call("athena", "GetWorkGroup", { WorkGroup });
    const configuration = found?.Configuration;
    const results = configuration?.ResultConfiguration;
    const encryption = results?.EncryptionConfiguration;
    return {
      inputs: {
        name: found?.Name,
        description: found?.Description || undefined,
        state: found?.State,
        configuration: {
          enforceWorkgroupConfiguration: configuration?.EnforceWorkGroupConfiguration,
          publishCloudwatchMetricsEnabled: configuration?.PublishCloudWatchMetricsEnabled,
          bytesScannedCutoffPerQuery: configuration?.BytesScannedCutoffPerQuery,
          requesterPaysEnabled: configuration?.RequesterPaysEnabled,
          engineVersion: configuration?.EngineVersion && {
            selectedEngineVersion: configuration.EngineVersion.SelectedEngineVersion,
          },
          resultConfiguration: results && {
            outputLocation: results.OutputLocation,
            expectedBucketOwner: results.ExpectedBucketOwner,
            encryptionConfiguration: encryption && {
              encryptionOption: encryption.EncryptionOption,
              kmsKeyArn: encryption.KmsKey,
            },
          },
        },
      },
      defaults: { state: "ENABLED" },
    };
  },
};
