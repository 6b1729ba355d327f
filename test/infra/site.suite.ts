import { strict as assert } from "node:assert";
import { estimate } from "../../infra/cost";
import { statementsOf } from "../../infra/guardrails/documents";
import { exemptionsFor } from "../../infra/guardrails/exemptions";
import { policies } from "../../infra/guardrails/policies";
import { check } from "../../infra/guardrails/policy";
import { deployedSite, unknownChannels } from "../../infra/jobs/site-package";
import type { Preview } from "../../packages/pulumi-local";
import { loadSite } from "../../sql/library/site/read";
import {
  type Environment,
  inputsOf,
  ofType,
  PUBLIC_SITE,
  previewOf,
  previewWith,
  SITE_WITH_DOMAIN,
  SITE_WITHOUT_LOGS,
} from "./stacks";

const HASH = `${"0".repeat(32)}:${"a".repeat(64)}`;
const PRIVATE = { "pricelake:site": "private", "pricelake:sitePasswordHash": HASH };

const siteOf = (env: Environment): Promise<Preview> =>
  previewWith(env, env === "dev" ? SITE_WITH_DOMAIN : PRIVATE);

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";

describe("The published site", () => {
  it("is off in every environment until it is configured", async () => {
    for (const env of ["local", "dev", "staging", "prod"] as const) {
      const preview = await previewOf(env);
      assert.deepEqual(ofType(preview, DISTRIBUTION), [], env);
      assert.ok(!preview.resources.some(({ name }) => name === "publish-reports"), env);
    }
  });

  for (const env of ["dev", "prod"] as const)
    it(`of ${env} violates no guardrail`, async () => {
      const { resources } = await siteOf(env);
      const declared = resources.map(({ urn, type, name, inputs, protect }) => ({
        ...{ urn, type, name, props: inputs, protect },
      }));
      assert.deepEqual(check(declared, policies, exemptionsFor(env)), []);
    });

  it("is read by one distribution, in one folder of a bucket that is not public", async () => {
    const preview = await siteOf("prod");
    const [distribution] = ofType(preview, DISTRIBUTION);
    const { policy } = inputsOf(preview, "aws:s3/bucketPolicy:BucketPolicy", "lake-data-policy");
    const allowed = statementsOf(policy).filter(({ effect }) => effect === "Allow");
    assert.deepEqual(
      allowed.map(({ sid, actions, resources, principals, condition }) => ({
        ...{ sid, actions, resources, principals, condition },
      })),
      [
        {
          sid: "ServeSite",
          actions: ["s3:GetObject"],
          resources: ["arn:aws:s3:::pricelake-prod-lake-123456789012-us-east-1/site/*"],
          principals: ["cloudfront.amazonaws.com"],
          condition: { StringEquals: { "AWS:SourceArn": distribution?.outputs.arn } },
        },
      ],
    );
    const access = inputsOf(
      preview,
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "lake-data-public-access",
    );
    assert.equal(access.blockPublicPolicy, true);
  });

  it("is guarded by the function at the edge when private, and by none when public", async () => {
    const preview = await siteOf("prod");
    const [guard] = ofType(preview, "aws:cloudfront/function:Function");
    const associations = (preview: Preview) =>
      (inputsOf(preview, DISTRIBUTION, "site").defaultCacheBehavior as Record<string, unknown>)
        .functionAssociations;
    assert.deepEqual(associations(preview), [
      { eventType: "viewer-request", functionArn: guard?.outputs.arn },
    ]);
    assert.match(String(guard?.inputs.code), new RegExp(HASH));
    const open = await previewWith("dev", PUBLIC_SITE);
    assert.equal(associations(open), undefined);
    assert.deepEqual(ofType(open, "aws:cloudfront/function:Function"), []);
  });

  it("has exactly these inputs at the edge", async () => {
    const { origins, defaultCacheBehavior, ...distribution } = inputsOf(
      await siteOf("prod"),
      DISTRIBUTION,
      "site",
    );
    const { responseHeadersPolicyId, functionAssociations, ...behavior } = defaultCacheBehavior as Record<
      string,
      unknown
    >;
    const [{ originAccessControlId, ...origin } = { originAccessControlId: undefined }, ...more] =
      origins as Record<string, unknown>[];
    assert.ok(responseHeadersPolicyId && functionAssociations && originAccessControlId);
    assert.deepEqual(
      [origin, more],
      [
        {
          originId: "lake",
          domainName: "pricelake-prod-lake-123456789012-us-east-1.s3.us-east-1.amazonaws.com",
          originPath: "/site",
        },
        [],
      ],
    );
    assert.deepEqual(behavior, {
      targetOriginId: "lake",
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
      compress: true,
      cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    });
    const { tags, tagsAll, ...rest } = distribution;
    assert.deepEqual(rest, {
      comment: "Published reports of pricelake-prod",
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      priceClass: "PriceClass_100",
      defaultRootObject: "index.html",
      customErrorResponses: [{ errorCode: 403, responseCode: 404, responsePagePath: "/404.html" }],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: { cloudfrontDefaultCertificate: true },
    });
  });

  it("has its own domain with a certificate, which links in messages use", async () => {
    const preview = await previewWith("dev", SITE_WITH_DOMAIN);
    const { aliases, viewerCertificate } = inputsOf(preview, DISTRIBUTION, "site");
    assert.deepEqual(aliases, ["reports.example.com"]);
    assert.deepEqual(viewerCertificate, {
      acmCertificateArn: SITE_WITH_DOMAIN.siteCertificateArn,
      sslSupportMethod: "sni-only",
      minimumProtocolVersion: "TLSv1.2_2021",
    });
    const { environment } = inputsOf(preview, "aws:lambda/function:Function", "publish-reports");
    assert.equal(
      (environment as { variables: Record<string, string> }).variables.SITE_URL,
      "https://reports.example.com/",
    );
  });

  it("writes access logs into the bucket for them, which accepts deliveries of this account's only", async () => {
    const preview = await siteOf("prod");
    const delivery = (kind: string) => inputsOf(preview, `aws:cloudwatch/logDelivery${kind}`, "site-logs");
    const [distribution] = ofType(preview, DISTRIBUTION);
    const { region, logType, resourceArn } = delivery("Source:LogDeliverySource");
    assert.deepEqual([region, logType, resourceArn], ["us-east-1", "ACCESS_LOGS", distribution?.outputs.arn]);
    assert.deepEqual(delivery("Destination:LogDeliveryDestination").deliveryDestinationConfiguration, {
      destinationResourceArn: "arn:aws:s3:::pricelake-prod-logs-123456789012-us-east-1",
    });
    const { policy } = inputsOf(preview, "aws:s3/bucketPolicy:BucketPolicy", "lake-access-logs-policy");
    const deliveries = statementsOf(policy).find(({ sid }) => sid === "TakeDeliveredLogs");
    assert.deepEqual(deliveries?.resources, [
      "arn:aws:s3:::pricelake-prod-logs-123456789012-us-east-1/AWSLogs/123456789012/*",
    ]);
    assert.deepEqual(deliveries?.condition, {
      StringEquals: { "aws:SourceAccount": "123456789012", "s3:x-amz-acl": "bucket-owner-full-control" },
      ArnLike: { "aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:delivery-source:*" },
    });
    const without = await previewWith("dev", SITE_WITHOUT_LOGS);
    assert.deepEqual(ofType(without, "aws:cloudwatch/logDelivery:LogDelivery"), []);
    const bucket = inputsOf(without, "aws:s3/bucketPolicy:BucketPolicy", "lake-access-logs-policy");
    assert.ok(!statementsOf(bucket.policy).some(({ sid }) => sid === "TakeDeliveredLogs"));
  });

  it("publishes with a byte limit per query, of a workgroup of its own", async () => {
    const preview = await previewWith("dev", SITE_WITHOUT_LOGS);
    const { configuration } = inputsOf(preview, "aws:athena/workgroup:Workgroup", "site");
    const { bytesScannedCutoffPerQuery, enforceWorkgroupConfiguration } = configuration as Record<
      string,
      unknown
    >;
    assert.deepEqual([bytesScannedCutoffPerQuery, enforceWorkgroupConfiguration], [104_857_600, true]);
  });

  it("has a known cost for each of its parts", async () => {
    const { lines, unknown } = estimate((await siteOf("prod")).resources, "us-east-1");
    assert.equal(unknown, 0);
    const costs = Object.fromEntries(
      lines
        .filter(({ item }) => /^(publish-reports( queries)?|site)$/.test(item))
        .map(({ item, unit, quantity = 0 }) => [`${item}, ${unit}`, Number(quantity.toPrecision(4))]),
    );
    assert.equal(costs["publish-reports queries, TB scanned, at least 10 MB a query"], 0.103);
    assert.equal(costs["publish-reports, GB-seconds"], 21_600);
    assert.equal(costs["site, GB sent to readers"], 1.465);
  });

  it("has alarms for failed and missing publications and for messages", async () => {
    const alarms = ofType(await siteOf("prod"), "aws:cloudwatch/metricAlarm:MetricAlarm").map(
      ({ name }) => name,
    );
    for (const what of ["errors", "throttles", "unpublished", "undelivered"])
      assert.ok(alarms.includes(`pricelake-prod-publish-reports-${what}`), what);
  });

  it("reads a webhook's secret by its name only", async () => {
    const preview = await previewWith("dev", SITE_WITH_DOMAIN);
    const { policy } = inputsOf(preview, "aws:iam/rolePolicy:RolePolicy", "publish-reports-policy");
    assert.deepEqual(
      statementsOf(policy)
        .filter(({ sid }) => sid === "ReadWebhooks" || sid === "ReadSecret")
        .map(({ actions, resources }) => [actions, resources]),
      [
        [
          ["ssm:GetParameter"],
          ["arn:aws:ssm:us-east-1:123456789012:parameter/aws/reference/secretsmanager/chat/team"],
        ],
        [
          ["secretsmanager:GetSecretValue"],
          ["arn:aws:secretsmanager:us-east-1:123456789012:secret:chat/team-??????"],
        ],
      ],
    );
  });
});

describe("The pages of a deployment", () => {
  const site = loadSite();

  it("are those of its feeds, with the channels that it has", () => {
    const { pages } = deployedSite(site, ["crypto"], []);
    assert.ok(pages.every(({ report }) => ["crypto", "each"].includes(report.feed)));
    assert.deepEqual(pages.find(({ path }) => path === "top-movers")?.deliver?.to, ["alerts"]);
    const withTeam = deployedSite(site, ["crypto"], ["team"]);
    assert.deepEqual(withTeam.pages.find(({ path }) => path === "top-movers")?.deliver?.to, [
      "alerts",
      "team",
    ]);
  });

  it("name a channel that is none of the webhooks, unless there are none", () => {
    assert.deepEqual(unknownChannels(site, []), []);
    assert.deepEqual(unknownChannels(site, ["team"]), []);
    assert.deepEqual(unknownChannels(site, ["taem"]), ["team"]);
  });
});
