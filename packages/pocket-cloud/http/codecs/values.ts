import { AwsError } from "../../errors";

/** A request that cannot be read as its model says. */
export const serialization = (message: string): AwsError => new AwsError("SerializationException", message);
