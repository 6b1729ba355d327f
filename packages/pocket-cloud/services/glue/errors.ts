import { AwsError } from "../../errors";

export const notFound = (message: string): AwsError => new AwsError("EntityNotFoundException", message);
export const alreadyExists = (message: string): AwsError => new AwsError("AlreadyExistsException", message);
export const invalidInput = (message: string): AwsError => new AwsError("InvalidInputException", message);
