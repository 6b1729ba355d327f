import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../context";
import { edgeCode } from "./edge-code";

/** CloudFront in front of the folder site/ of the lake's bucket, which stays private. */
export class SiteEdge extends pulumi.ComponentResource {
  readonly distributionArn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** What the DNS record of an own domain points to. */
  readonly distributionDomain: pulumi.Output<string>;

  constructor(name: string, context: Context, options?: pulumi.ComponentResourceOptions) {
    super("pricelake:site:SiteEdge", name, {}, options);
    const { config, names, account, region } = context;
    const { access, passwordHash, allowedIps, domain, certificateArn } = config.site;
    const parent = { parent: this };

    const signing = new aws.cloudfront.OriginAccessControl(
      name,
      {
        name: names.site,
        description: `Published reports of ${names.base}`,
        originAccessControlOriginType: "s3",
        signingBehavior: "always",
        signingProtocol: "sigv4",
      },
      parent,
    );
    const headers = createHeaders();
    const guard = access === "private" ? createGuard() : undefined;
    const distribution = createDistribution();
    this.distributionArn = distribution.arn;
    this.distributionDomain = distribution.domainName;
    this.url = pulumi.interpolate`https://${domain ?? distribution.domainName}/`;
    this.registerOutputs({ url: this.url });

    function createHeaders() {
      return new aws.cloudfront.ResponseHeadersPolicy(
        name,
        {
          name: names.site,
          securityHeadersConfig: {
            contentSecurityPolicy: { contentSecurityPolicy: CONTENT_POLICY, override: true },
            contentTypeOptions: { override: true },
            frameOptions: { frameOption: "DENY", override: true },
            referrerPolicy: { referrerPolicy: "no-referrer", override: true },
            strictTransportSecurity: { accessControlMaxAgeSec: YEAR_SECONDS, override: true },
          },
        },
        parent,
      );
    }

    function createGuard() {
      return new aws.cloudfront.Function(
        name,
        {
          name: names.site,
          comment: `Admits readers of ${names.base}`,
          runtime: "cloudfront-js-2.0",
          publish: true,
          code: edgeCode({ passwordHash, allowedIps }),
        },
        parent,
      );
    }

    function createDistribution() {
      return new aws.cloudfront.Distribution(
        name,
        {
          comment: `Published reports of ${names.base}`,
          enabled: true,
          isIpv6Enabled: true,
          httpVersion: "http2and3",
          priceClass: "PriceClass_100",
          defaultRootObject: "index.html",
          origins: [
            {
              originId: ORIGIN,
              // The name is known before the bucket exists, so that the bucket's policy can name the distribution.
              domainName: `${names.lakeBucket(account, region)}.s3.${region}.amazonaws.com`,
              originPath: "/site",
              originAccessControlId: signing.id,
            },
          ],
          defaultCacheBehavior: {
            targetOriginId: ORIGIN,
            viewerProtocolPolicy: "redirect-to-https",
            allowedMethods: ["GET", "HEAD"],
            cachedMethods: ["GET", "HEAD"],
            compress: true,
            cachePolicyId: CACHING_OPTIMIZED,
            responseHeadersPolicyId: headers.id,
            ...(guard && { functionAssociations: [{ eventType: "viewer-request", functionArn: guard.arn }] }),
          },
          // S3 answers 403 for an object that does not exist to a reader without the right to list.
          customErrorResponses: [{ errorCode: 403, responseCode: 404, responsePagePath: "/404.html" }],
          restrictions: { geoRestriction: { restrictionType: "none" } },
          ...(domain !== undefined && { aliases: [domain] }),
          viewerCertificate:
            certificateArn === undefined
              ? { cloudfrontDefaultCertificate: true }
              : {
                  acmCertificateArn: certificateArn,
                  sslSupportMethod: "sni-only",
                  minimumProtocolVersion: "TLSv1.2_2021",
                },
        },
        parent,
      );
    }
  }
}

const ORIGIN = "lake";
const YEAR_SECONDS = 31_536_000;
/** The pages have the same policy; frames can be refused in a header only. */
const CONTENT_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** AWS's managed cache policy CachingOptimized: objects are cached as their Cache-Control says. */
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
