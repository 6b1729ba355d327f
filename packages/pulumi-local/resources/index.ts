import { accountTypes } from "./account";
import { athenaTypes } from "./athena";
import { cloudfrontTypes } from "./cloudfront";
import { cloudwatchTypes } from "./cloudwatch";
import { dynamodbTypes } from "./dynamodb";
import { firehoseTypes } from "./firehose";
import { glueTypes } from "./glue";
import { iamTypes } from "./iam";
import { kinesisTypes } from "./kinesis";
import { lambdaTypes } from "./lambda";
import { logDeliveryTypes } from "./log-delivery";
import { messagingTypes } from "./messaging";
import { s3Types } from "./s3";
import { schedulerTypes } from "./scheduler";
import type { AnyType, Types } from "./type";

/** Every resource type that can be previewed and deployed, by Pulumi's type token. */
const types: Types = {
  ...s3Types,
  ...iamTypes,
  ...kinesisTypes,
  ...firehoseTypes,
  ...lambdaTypes,
  ...glueTypes,
  ...athenaTypes,
  ...dynamodbTypes,
  ...schedulerTypes,
  ...cloudwatchTypes,
  ...cloudfrontTypes,
  ...logDeliveryTypes,
  ...messagingTypes,
  ...accountTypes,
};

export function typeOf(token: string): AnyType {
  const found = types[token];
  if (!found)
    throw new Error(
      `the resource type ${token} is not supported; previewProgram with anyType shows it, the README says how to add it`,
    );
  return found;
}

export const isKnownType = (token: string): boolean => Object.hasOwn(types, token);
