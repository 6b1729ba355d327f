import type { cloudfront } from "@pulumi/aws";
import { digits, type Location, type Types, type } from "./type";

/** CloudFront is previewed only: emulators of this package's endpoint do not serve it. */
const refuse = (what: string) => async (): Promise<never> => {
  throw new Error(`${what} can be previewed, but not deployed to this endpoint: it has no CloudFront`);
};

/** CloudFront's resources have no region. */
const globalArn = ({ partition, account }: Location, resource: string): string =>
  `arn:${partition}:cloudfront::${account}:${resource}`;

const idOf = (urn: string): string => `E${digits(urn, 13).toUpperCase()}`;

export const cloudfrontTypes: Types = {
  "aws:cloudfront/distribution:Distribution": type<cloudfront.DistributionArgs>({
    describe: (_, location, urn) => {
      const id = idOf(urn);
      return {
        id,
        outputs: {
          arn: globalArn(location, `distribution/${id}`),
          domainName: `d${digits(urn, 13)}.cloudfront.net`,
          hostedZoneId: "Z2FDTNDATAQYW2",
        },
      };
    },
    create: refuse("a distribution"),
    delete: refuse("a distribution"),
  }),
  "aws:cloudfront/originAccessControl:OriginAccessControl": type<cloudfront.OriginAccessControlArgs>({
    nameInput: "name",
    describe: ({ name = "" }, location, urn) => ({
      id: idOf(urn),
      outputs: { name, arn: globalArn(location, `origin-access-control/${idOf(urn)}`) },
    }),
    create: refuse("an origin access control"),
    delete: refuse("an origin access control"),
  }),
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": type<cloudfront.ResponseHeadersPolicyArgs>({
    nameInput: "name",
    describe: ({ name = "" }, location, urn) => ({
      id: idOf(urn),
      outputs: { name, arn: globalArn(location, `response-headers-policy/${idOf(urn)}`) },
    }),
    create: refuse("a response headers policy"),
    delete: refuse("a response headers policy"),
  }),
  "aws:cloudfront/function:Function": type<cloudfront.FunctionArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    describe: ({ name = "" }, location) => ({
      id: name,
      outputs: { name, arn: globalArn(location, `function/${name}`), status: "UNASSOCIATED" },
    }),
    create: refuse("a function of CloudFront"),
    delete: refuse("a function of CloudFront"),
  }),
};
