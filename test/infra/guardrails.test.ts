import { strict as assert } from "node:assert";
import { exemptionsFor } from "../../infra/guardrails/exemptions";
import { policies } from "../../infra/guardrails/policies";
import { check, type Declared, type Policy } from "../../infra/guardrails/policy";
import { widenings } from "../../infra/guardrails/widening";

const policy = (name: string): Policy => {
  const found = policies.find((one) => one.name === name);
  if (!found) throw new Error(`no policy ${name}`);
  return found;
};

const declare = (type: string, props: Declared["props"], rest: Partial<Declared> = {}): Declared => ({
  urn: `urn:pulumi:test::pricelake::${type}::it`,
  type,
  name: "it",
  props,
  protect: false,
  ...rest,
});

const document = (...statements: object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string, Resource: string) => ({ Sid: "S", Effect: "Allow", Action, Resource });
const everybody = document({
  Sid: "S",
  Effect: "Allow",
  Principal: "*",
  Action: "sns:Publish",
  Resource: "arn:x",
});

const withKey = [declare("aws:kms/key:Key", {})];

/** One violation of each policy: the inputs that break it, and what it says. */
const broken: Readonly<
  Record<string, readonly [Declared["props"], RegExp, Partial<Declared>?, (readonly Declared[])?]>
> = {
  "s3-public-access-block": [{ bucket: "b" }, /has no BucketPublicAccessBlock/],
  "s3-ownership": [{ bucket: "b" }, /has no BucketOwnershipControls/],
  "s3-encryption": [{ bucket: "b" }, /has no BucketServerSideEncryptionConfiguration/],
  "s3-lifecycle": [{ bucket: "b" }, /has no BucketLifecycleConfiguration/],
  "s3-versioning": [{ bucket: "b" }, /has no BucketVersioning/],
  "s3-logging": [{ bucket: "b" }, /has no BucketLogging/],
  "s3-policy": [{ bucket: "b" }, /has no BucketPolicy/],
  "s3-no-inline-settings": [{ bucket: "b", versioning: { enabled: true } }, /sets versioning inline/],
  "s3-block-all-public-access": [{ bucket: "b", blockPublicAcls: true }, /blockPublicPolicy must be true/],
  "s3-no-acls": [{ rule: { objectOwnership: "ObjectWriter" } }, /it must be BucketOwnerEnforced/],
  "s3-abort-uploads": [{ rules: [{ id: "x" }] }, /no rule aborts/],
  "s3-tls-only": [{ policy: document(allow("s3:GetObject", "*")) }, /nothing denies requests without TLS/],
  "s3-log-delivery": [{ targetBucket: "logs" }, /policy of logs does not let logging.s3.amazonaws.com put/],
  "cloudfront-root-object": [{}, /defaultRootObject is not set/],
  "cloudfront-https": [
    { defaultCacheBehavior: { viewerProtocolPolicy: "allow-all" } },
    /it must be redirect-to-https or https-only/,
  ],
  "cloudfront-headers": [{ defaultCacheBehavior: {} }, /responseHeadersPolicyId is not set/],
  "cloudfront-origin-access": [
    { origins: [{ originId: "lake", domainName: "b.s3.amazonaws.com" }] },
    /the origin lake has no originAccessControlId/,
  ],
  "cloudfront-read-only": [
    { defaultCacheBehavior: { allowedMethods: ["GET", "HEAD", "PUT"] } },
    /it allows PUT/,
  ],
  "cloudfront-signed-origin": [{ signingBehavior: "no-override" }, /it must be always/],
  "s3-cloudfront-reads-one-folder": [
    {
      policy: document({
        ...{ Sid: "S", Effect: "Allow", Principal: { Service: "cloudfront.amazonaws.com" } },
        ...{ Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" },
      }),
    },
    /S allows all of arn:aws:s3:::b\/\*/,
  ],
  "dynamodb-on-demand": [{ billingMode: "PROVISIONED" }, /PAY_PER_REQUEST/],
  "dynamodb-protected-data": [{}, /point-in-time recovery is off/, { protect: true }],
  "iam-no-wildcards": [{ policy: document(allow("s3:*", "arn:aws:s3:::b/*")) }, /S allows s3:\*/],
  "iam-policy-no-wildcards": [{ policy: document(allow("s3:Get?bject", "arn:x")) }, /S allows s3:Get\?bject/],
  "iam-no-managed-policies": [
    { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    /attaches arn:aws:iam::aws:policy\/AdministratorAccess/,
  ],
  "iam-separate-policies": [{ managedPolicyArns: ["arn:x"] }, /sets managedPolicyArns/],
  "iam-trust": [
    {
      assumeRolePolicy: document({
        Sid: "T",
        Effect: "Allow",
        Principal: { Service: "glue.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    },
    /without a condition on aws:SourceAccount/,
  ],
  "sns-no-public-policy": [{ policy: everybody }, /allows everybody/],
  "sqs-no-public-policy": [{ policy: everybody }, /allows everybody/],
  "lambda-permission-source": [{ sourceArn: "arn:x" }, /sourceAccount is not set/],
  "kms-policy": [{ policy: everybody }, /allows everybody/],
  "kinesis-encryption": [{ encryptionType: "NONE" }, /it must be KMS/],
  "kinesis-retention": [{}, /at least 24 hours/],
  "firehose-encryption": [{ serverSideEncryption: { enabled: false } }, /serverSideEncryption is off/],
  "firehose-errors": [{ extendedS3Configuration: { errorOutputPrefix: "errors/" } }, /error-output-type/],
  "firehose-prefix": [
    { extendedS3Configuration: { prefix: "raw/dt=!{timestamp:YYYY-MM-dd}/" } },
    /formats time as YYYY-MM-dd/,
  ],
  "firehose-logging": [{ extendedS3Configuration: {} }, /it must be true/],
  "lambda-runtime": [{ runtime: "nodejs18.x" }, /nodejs22.x or nodejs24.x/],
  "lambda-arm64": [{ architectures: ["x86_64"] }, /arm64/],
  "lambda-tracing": [{ tracingConfig: { mode: "PassThrough" } }, /it must be Active/],
  "lambda-concurrency": [{}, /reservedConcurrentExecutions is not set/],
  "lambda-failure": [{}, /neither a dead-letter queue nor/],
  "lambda-no-secrets": [{ environment: { variables: { API_KEY: "x" } } }, /the environment has API_KEY/],
  "mapping-bisects": [{}, /bisectBatchOnFunctionError is not set/],
  "mapping-partial": [{ functionResponseTypes: [] }, /ReportBatchItemFailures/],
  "mapping-retries": [{ maximumRetryAttempts: -1 }, /0 to 10000/],
  "mapping-age": [{ maximumRecordAgeInSeconds: -1 }, /60 to 604800/],
  "mapping-failure": [{}, /must be set/],
  "schedule-dead-letters": [{ target: {} }, /must be set/],
  "schedule-retries": [{ target: {} }, /60 to 86400/],
  "athena-enforced": [{ configuration: { enforceWorkgroupConfiguration: false } }, /it must be true/],
  "athena-encryption": [{ configuration: {} }, /must be set/],
  "athena-owner": [{ configuration: {} }, /must be set/],
  "athena-cutoff": [{ configuration: { bytesScannedCutoffPerQuery: 1 } }, /at least 10485760 bytes/],
  "athena-metrics": [{ configuration: {} }, /it must be true/],
  "crawler-keeps-tables": [
    { tablePrefix: "landing_", schemaChangePolicy: { deleteBehavior: "DELETE_FROM_DATABASE" } },
    /it deletes tables/,
  ],
  "crawler-security": [{}, /securityConfiguration is not set; it must be set/],
  "sns-encryption": [{}, /kmsMasterKeyId is not set/],
  "sqs-encryption": [{}, /neither sqsManagedSseEnabled nor kmsMasterKeyId/],
  "kms-rotation": [{}, /enableKeyRotation is not set/],
  "kms-deletion-window": [{ deletionWindowInDays: 3 }, /7 to 30/],
  "logs-retention": [{}, /at least 1 days/],
  "alarm-actions": [{ alarmActions: [] }, /no alarmActions/],
  "alarm-missing-data": [{ treatMissingData: "missing" }, /breaching or notBreaching or ignore/],
  "ssm-secure": [{ type: "String" }, /SecureString/],
  ...Object.fromEntries(
    [
      "s3",
      "kinesis",
      "firehose",
      "lambda",
      "dynamodb",
      "athena",
      "sns",
      "sqs",
      "logs",
      "schedule",
      "ssm",
    ].map(
      (service) =>
        [
          `${service}-own-key`,
          [{ kmsKeyId: "alias/aws/kinesis" }, /must be the stack's key/, {}, withKey],
        ] as const,
    ),
  ),
};

describe("Guardrails", () => {
  it("have an example of a violation each", () => {
    assert.deepEqual(Object.keys(broken).sort(), policies.map(({ name }) => name).sort());
  });

  for (const [name, [props, message, rest, others = []]] of Object.entries(broken))
    it(`${name} catches its violation`, () => {
      const one = policy(name);
      const found = check([declare(one.type, props, rest), ...others], [one], []);
      assert.ok(
        found.some((violation) => message.test(violation.message)),
        JSON.stringify(found),
      );
    });

  it("find the event source mapping of a function by its name or ARN, or a destination of failed events", () => {
    const one = policy("lambda-failure");
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:resize-1a2b3c4";
    const resize = declare(one.type, { name: "resize-1a2b3c4", arn }, { name: "resize" });
    const mapping = (functionName: string) =>
      declare("aws:lambda/eventSourceMapping:EventSourceMapping", { functionName }, { name: "uploads" });
    const invokes = (destinationConfig: object) =>
      declare("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {
        functionName: arn,
        destinationConfig,
      });
    const count = (other: Declared) => check([resize, other], [one], []).length;
    assert.equal(count(mapping("resize-1a2b3c4")), 0);
    assert.equal(count(mapping(arn)), 0);
    assert.equal(count(mapping("other")), 1);
    assert.equal(count(invokes({ onFailure: { destination: "arn:aws:sqs:us-east-1:1:failed" } })), 0);
    assert.equal(count(invokes({ onSuccess: { destination: "arn:aws:sqs:us-east-1:1:done" } })), 1);
  });

  it("refuse Not… members and whole services", () => {
    const wide = [
      { Sid: "N", Effect: "Allow", NotAction: "iam:*", Resource: "arn:aws:s3:::b/x" },
      { Sid: "R", Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::b/x" },
      { Sid: "W", Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:1:*" },
    ];
    const one = policy("iam-no-wildcards");
    assert.deepEqual(
      check([declare(one.type, { policy: document(...wide) })], [one], []).map(({ message }) => message),
      [
        "N uses NotAction or NotResource",
        "R uses NotAction or NotResource",
        "W allows sqs:SendMessage on every resource",
      ],
    );
    const topic = policy("sns-no-public-policy");
    const others = document({
      Sid: "P",
      Effect: "Allow",
      NotPrincipal: { AWS: "1" },
      Action: "sns:Publish",
      Resource: "arn:x",
    });
    assert.equal(check([declare(topic.type, { policy: others })], [topic], []).length, 1);
  });

  it("require the customer-managed key only in stacks that have one", () => {
    const one = policy("kinesis-own-key");
    const stream = declare(one.type, { kmsKeyId: "alias/aws/kinesis" });
    assert.deepEqual(check([stream], [one], []), []);
    const own = declare(one.type, { kmsKeyId: "arn:aws:kms:us-east-1:1:key/k" });
    assert.deepEqual(check([own, ...withKey], [one], []), []);
  });

  it("exempt only the named resources", () => {
    const one = policy("lambda-concurrency");
    const resources = [declare(one.type, {}), declare(one.type, {}, { name: "other" })];
    const exemptions = [{ policy: one.name, type: one.type, name: /^it$/, reason: "a test" }];
    assert.equal(check(resources, [one], exemptions).length, 1);
  });
});

describe("Widened permissions", () => {
  const role = (...statements: object[]) =>
    declare("aws:iam/rolePolicy:RolePolicy", { policy: document(...statements) });
  const found = (before: Declared, after: Declared) =>
    widenings([before], [after]).map(({ allows }) => allows);

  it("are new actions and resources", () => {
    assert.deepEqual(
      found(
        role(allow("s3:GetObject", "arn:b/a/*")),
        role(allow("s3:GetObject", "arn:b/*"), allow("s3:PutObject", "arn:b/a/*")),
      ),
      ["s3:GetObject on arn:b/*", "s3:PutObject on arn:b/a/*"],
    );
  });

  it("are not those that a wider statement allowed before", () => {
    assert.deepEqual(found(role(allow("s3:*", "arn:b/*")), role(allow("s3:GetObject", "arn:b/a/x"))), []);
  });

  it("include removed conditions and removed denials", () => {
    const Condition = { StringEquals: { "aws:SourceAccount": "1" } };
    const deny = { Sid: "D", Effect: "Deny", Action: "s3:DeleteObject", Resource: "*" };
    assert.deepEqual(
      found(role({ ...allow("sns:Publish", "arn:t"), Condition }, deny), role(allow("sns:Publish", "arn:t"))),
      ["sns:Publish on arn:t", "no longer denies s3:DeleteObject"],
    );
  });

  it("include attached policies and permissions to invoke a function", () => {
    const attached = declare("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {
      role: "r",
      policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    });
    const permission = declare("aws:lambda/permission:Permission", {
      function: "f",
      action: "lambda:InvokeFunction",
      principal: "s3.amazonaws.com",
      sourceAccount: "1",
    });
    assert.deepEqual(
      widenings([], [attached, permission]).map(({ allows }) => allows),
      [
        "all of arn:aws:iam::aws:policy/AdministratorAccess on r",
        "s3.amazonaws.com lambda:InvokeFunction on f under a condition",
      ],
    );
    assert.deepEqual(widenings([attached, permission], [attached, permission]), []);
  });

  it("include statements with Not… members", () => {
    const others = { Sid: "N", Effect: "Allow", NotAction: "iam:PassRole", Resource: "arn:b" };
    assert.deepEqual(found(role(), role(others)), ["everything except what it names"]);
    assert.deepEqual(found(role(others), role(others)), []);
  });

  it("include denials of a bucket policy that is deleted while its bucket stays", () => {
    const bucket = declare("aws:s3/bucket:Bucket", { bucket: "b" }, { urn: "bucket" });
    const deny = { Sid: "D", Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" };
    const refusal = declare("aws:s3/bucketPolicy:BucketPolicy", { bucket: "b", policy: document(deny) });
    assert.deepEqual(
      widenings([bucket, refusal], [bucket]).map(({ allows }) => allows),
      ["no longer denies s3:*"],
    );
    assert.deepEqual(widenings([bucket, refusal], []), []);
  });
});

describe("Exemptions", () => {
  it("of an environment that a user adds are those of dev, and prod has no such", () => {
    assert.deepEqual(exemptionsFor("mine"), exemptionsFor("dev"));
    assert.deepEqual(
      exemptionsFor("dev")
        .filter((each) => !exemptionsFor("prod").includes(each))
        .map(({ policy }) => policy),
      ["sns-encryption", "crawler-security"],
    );
  });
});
