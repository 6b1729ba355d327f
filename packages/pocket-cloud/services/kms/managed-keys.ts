/**
 * Services with a key that AWS manages, and what the key protects. KMS makes the key when the service, or DescribeKey,
 * first names its alias (KMS API reference, DescribeKey). The texts of S3 and DynamoDB are recorded in LocalStack's
 * tests; the others follow their form.
 */
const PROTECTED: Readonly<Record<string, string>> = {
  dynamodb: "DynamoDB data",
  ebs: "EBS volumes",
  glue: "Glue data",
  kinesis: "Kinesis streams",
  lambda: "Lambda functions",
  rds: "RDS database volumes",
  redshift: "Redshift clusters",
  s3: "S3 objects",
  secretsmanager: "Secrets Manager data",
  sns: "SNS messages",
  sqs: "SQS messages",
  ssm: "SSM parameters",
};

/** The service of an alias such as alias/aws/s3, or of the alias's ARN. */
export const managedBy = (alias: string): string | undefined => {
  const service = /(?:^|:)alias\/aws\/([a-z0-9]+)$/.exec(alias)?.[1];
  return service !== undefined && service in PROTECTED ? service : undefined;
};

export const managedDescription = (service: string): string =>
  `Default key that protects my ${PROTECTED[service]} when no other key is defined`;

/** The service that a key's policy is for. */
export const managedService = (policy: string): string | undefined =>
  /"auto-([a-z0-9]+)-1"/.exec(policy)?.[1];

/**
 * KMS developer guide, "AWS managed keys": the service uses the key for every principal of the account, and the account
 * reads the key's metadata. Nobody can change the policy.
 */
export const managedPolicy = (service: string, region: string, accountId: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          ...["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant"],
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": accountId,
            "kms:ViaService": `${service}.${region}.amazonaws.com`,
          },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });
