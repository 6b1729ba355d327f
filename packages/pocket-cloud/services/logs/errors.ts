import { AwsError } from "../../errors";

export const invalidParameter = (message: string): AwsError =>
  new AwsError("InvalidParameterException", message);
