import { isOpen, statementsOf } from "./documents";
import { at, isSet, oneOf, type Policy, propertiesOf, set } from "./policy";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";

const distribution = propertiesOf(DISTRIBUTION);
const accessControl = propertiesOf("aws:cloudfront/originAccessControl:OriginAccessControl");

/** The published site. */
export const sitePolicies: readonly Policy[] = [
  distribution(
    "cloudfront-root-object",
    "defaultRootObject",
    set,
    "The root of a site shows its home page and no list of objects (CloudFront.1, CKV_AWS_305)",
  ),
  distribution(
    "cloudfront-https",
    "defaultCacheBehavior.viewerProtocolPolicy",
    oneOf("redirect-to-https", "https-only"),
    "Readers use HTTPS (CloudFront.3, CKV_AWS_34)",
  ),
  distribution(
    "cloudfront-headers",
    "defaultCacheBehavior.responseHeadersPolicyId",
    set,
    "Answers have security headers (CKV2_AWS_32)",
  ),
  {
    name: "cloudfront-origin-access",
    description: "Buckets are read with origin access control and are not public (CloudFront.13)",
    type: DISTRIBUTION,
    violations: ({ props }) =>
      ((props.origins ?? []) as readonly Record<string, unknown>[])
        .filter((origin) => !isSet(origin.originAccessControlId) || isSet(origin.customOriginConfig))
        .map((origin) => `the origin ${origin.originId} has no originAccessControlId`),
  },
  {
    name: "cloudfront-read-only",
    description: "A site is read, and nothing else",
    type: DISTRIBUTION,
    violations: ({ props }) =>
      ((at(props, "defaultCacheBehavior.allowedMethods") ?? []) as readonly string[])
        .filter((method) => !["GET", "HEAD", "OPTIONS"].includes(method))
        .map((method) => `it allows ${method}`),
  },
  accessControl(
    "cloudfront-signed-origin",
    "signingBehavior",
    oneOf("always"),
    "CloudFront signs every request to the bucket",
  ),
  {
    name: "s3-cloudfront-reads-one-folder",
    description: "CloudFront reads objects of one folder, and one distribution only (CloudFront.13)",
    type: BUCKET_POLICY,
    violations: ({ props }) =>
      statementsOf(props.policy)
        .filter((statement) => statement.effect === "Allow" && !isOpen(statement))
        .filter(({ principals }) => principals.includes("cloudfront.amazonaws.com"))
        .flatMap(({ sid, actions, resources, condition }) => [
          ...actions.filter((action) => action !== "s3:GetObject").map((action) => `${sid} allows ${action}`),
          ...resources
            .filter((resource) => !/^arn:[^:]*:s3:::[^/*]+\/[^*]+\/\*$/.test(resource))
            .map((resource) => `${sid} allows all of ${resource}`),
          ...(at(condition, "StringEquals.AWS:SourceArn") === undefined
            ? [`${sid} does not name the distribution`]
            : []),
        ]),
  },
];
