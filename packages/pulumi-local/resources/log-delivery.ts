import type { cloudwatch } from "@pulumi/aws";
import { digits, type Location, type Types, type } from "./type";

/** Deliveries of vended logs, such as CloudFront's access logs, are previewed only. */
const refuse = async (): Promise<never> => {
  throw new Error("a log delivery can be previewed, but not deployed to this endpoint");
};

const arnOf = ({ partition, region, account }: Location, own: unknown, resource: string): string =>
  `arn:${partition}:logs:${typeof own === "string" ? own : region}:${account}:${resource}`;

export const logDeliveryTypes: Types = {
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": type<cloudwatch.LogDeliverySourceArgs>({
    nameInput: "name",
    replaceOn: ["name"],
    describe: ({ name = "", region }, location) => ({
      id: name,
      outputs: { name, arn: arnOf(location, region, `delivery-source:${name}`) },
    }),
    create: refuse,
    delete: refuse,
  }),
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": type<cloudwatch.LogDeliveryDestinationArgs>(
    {
      nameInput: "name",
      replaceOn: ["name"],
      describe: ({ name = "", region }, location) => ({
        id: name,
        outputs: {
          name,
          arn: arnOf(location, region, `delivery-destination:${name}`),
          deliveryDestinationType: "S3",
        },
      }),
      create: refuse,
      delete: refuse,
    },
  ),
  "aws:cloudwatch/logDelivery:LogDelivery": type<cloudwatch.LogDeliveryArgs>({
    describe: ({ region }, location, urn) => {
      const id = digits(urn, 16);
      return { id, outputs: { arn: arnOf(location, region, `delivery:${id}`) } };
    },
    create: refuse,
    delete: refuse,
  }),
};
