import { AwsError } from "../../../errors";
import { isRegion } from "../../../regions";
import { invalidArgument, s3Errors } from "../errors";
import { bucketArn, isBucketName, ownerOf } from "../names";
import { type Make, onBucket } from "../operation";
import { tagMap } from "../tags";
import { OWNERSHIPS } from "./configurations";

export const createBucket: Make<"CreateBucket"> = (store) => ({
  ...onBucket("s3:CreateBucket"),
  run: (input, call) => {
    const name = input.Bucket ?? "";
    if (!isBucketName(name)) throw s3Errors.invalidBucketName({ BucketName: name });
    const endpoint = call.region ?? store.cloud.region;
    // As recorded by LocalStack's test_create_bucket_aws_global.
    if (endpoint !== "" && !isRegion(endpoint))
      throw new AwsError(
        "AuthorizationHeaderMalformed",
        `The authorization header is malformed; the region '${endpoint}' is wrong; expecting '${store.cloud.region}'`,
        400,
        { Region: store.cloud.region },
      );
    const region = locationOf(input.CreateBucketConfiguration?.LocationConstraint, endpoint);
    if (input.ObjectOwnership !== undefined && !OWNERSHIPS.includes(input.ObjectOwnership))
      throw invalidArgument(
        `Invalid x-amz-object-ownership header: ${input.ObjectOwnership}`,
        "x-amz-object-ownership",
      );
    if (input.ObjectLockEnabledForBucket)
      throw new AwsError("NotImplemented", "The embedded cloud does not support Object Lock", 501);
    const answer = {
      Location:
        region === "us-east-1"
          ? `/${name}`
          : `http://${name}.${store.cloud.endpoint().slice("http://".length)}/`,
      BucketArn: bucketArn(name),
    };
    if (store.find(name)) {
      // Only a repeated creation in us-east-1 succeeds, and not with tags.
      if (region === "us-east-1" && !input.CreateBucketConfiguration?.Tags?.length) return answer;
      throw s3Errors.bucketAlreadyOwnedByYou({ BucketName: name });
    }
    const tags = input.CreateBucketConfiguration?.Tags;
    store.create({
      name,
      created: new Date(store.cloud.clock.now()),
      region,
      ...(input.CreateBucketConfiguration?.LocationConstraint === "EU" && { location: "EU" as const }),
      configurations: {
        ownershipControls: { Rules: [{ ObjectOwnership: input.ObjectOwnership ?? "BucketOwnerEnforced" }] },
        publicAccessBlock: {
          BlockPublicAcls: true,
          IgnorePublicAcls: true,
          BlockPublicPolicy: true,
          RestrictPublicBuckets: true,
        },
        ...(tags && tags.length > 0 && { tagging: tagMap(tags, "newBucket") }),
      },
    });
    return answer;
  },
});

/** The bucket's region. The endpoint of us-east-1 takes every other region, those of other regions only their own. */
function locationOf(constraint: string | undefined, endpoint: string): string {
  if (constraint === undefined) {
    if (endpoint !== "us-east-1") throw illegal("unspecified");
    return endpoint;
  }
  if (constraint === "us-east-1" && endpoint === "us-east-1")
    throw s3Errors.invalidLocation({ LocationConstraint: constraint });
  if (endpoint === "us-east-1" && constraint !== "EU" && !isRegion(constraint))
    throw s3Errors.invalidLocation({ LocationConstraint: constraint });
  const region = constraint === "EU" ? "eu-west-1" : constraint;
  if (endpoint !== "us-east-1" && region !== endpoint) throw illegal(constraint);
  return region;
}

const illegal = (constraint: string): AwsError =>
  new AwsError(
    "IllegalLocationConstraintException",
    constraint === "unspecified"
      ? "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to."
      : `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
  );

export const headBucket: Make<"HeadBucket"> = (store) => ({
  ...onBucket("s3:ListBucket"),
  run: (input) => {
    if (!store.find(input.Bucket ?? "")) throw new AwsError("NotFound", "Not Found", 404);
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    return {
      BucketRegion: store.record(bucket.name).region,
      BucketArn: bucketArn(bucket.name),
      AccessPointAlias: false,
    };
  },
});

export const deleteBucket: Make<"DeleteBucket"> = (store) => ({
  ...onBucket("s3:DeleteBucket"),
  run: (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    if (!bucket.empty) {
      const versioned = store.record(bucket.name).versioning !== undefined;
      const error = s3Errors.bucketNotEmpty({ BucketName: bucket.name });
      throw versioned
        ? new AwsError(
            error.code,
            `${error.message}. You must delete all versions in the bucket.`,
            409,
            error.details,
          )
        : error;
    }
    store.delete(bucket.name);
    return {};
  },
});

export const listBuckets: Make<"ListBuckets"> = (store) => ({
  actions: ["s3:ListAllMyBuckets"],
  run: (input) => {
    const { Prefix = "", MaxBuckets = 10_000, ContinuationToken } = input;
    const { BucketRegion } = input;
    if (BucketRegion !== undefined && !isRegion(BucketRegion))
      throw invalidArgument(`Argument value ${BucketRegion} is not a valid AWS Region`, "bucket-region");
    const after =
      ContinuationToken === undefined ? "" : Buffer.from(ContinuationToken, "base64url").toString();
    const found = store.records
      .values()
      .filter(
        ({ name, region }) =>
          name.startsWith(Prefix) && name > after && (input.BucketRegion ?? region) === region,
      );
    const page = found.slice(0, MaxBuckets);
    const last = page.at(-1);
    return {
      Owner: ownerOf(store.cloud),
      Buckets: page.map(({ name, created, region }) => ({
        Name: name,
        CreationDate: created,
        BucketRegion: region,
        BucketArn: bucketArn(name),
      })),
      ...(input.Prefix !== undefined && { Prefix }),
      ...(found.length > page.length &&
        last && { ContinuationToken: Buffer.from(last.name).toString("base64url") }),
    };
  },
});

export const getBucketLocation: Make<"GetBucketLocation"> = (store) => ({
  ...onBucket("s3:GetBucketLocation"),
  run: (input) => {
    const { region, location } = store.record(store.bucket(input.Bucket, input.ExpectedBucketOwner).name);
    // S3 returns no constraint for us-east-1.
    return region === "us-east-1" ? {} : { LocationConstraint: location ?? (region as "eu-west-1") };
  },
});

export const getBucketVersioning: Make<"GetBucketVersioning"> = (store) => ({
  ...onBucket("s3:GetBucketVersioning"),
  run: (input) => {
    const { versioning } = store.record(store.bucket(input.Bucket, input.ExpectedBucketOwner).name);
    return versioning === undefined ? {} : { Status: versioning };
  },
});

export const putBucketVersioning: Make<"PutBucketVersioning"> = (store) => ({
  ...onBucket("s3:PutBucketVersioning"),
  run: (input) => {
    const bucket = store.bucket(input.Bucket, input.ExpectedBucketOwner);
    const { Status, MFADelete } = input.VersioningConfiguration ?? {};
    if (MFADelete === "Enabled")
      throw new AwsError("NotImplemented", "The embedded cloud does not support MFA delete", 501);
    if (Status === undefined)
      throw new AwsError(
        "IllegalVersioningConfigurationException",
        "The Versioning element must be specified",
      );
    if (Status !== "Enabled" && Status !== "Suspended") throw s3Errors.malformedXml();
    store.records.update(bucket.name, (record) => {
      record.versioning = Status;
    });
    return {};
  },
});
