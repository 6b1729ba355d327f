/** Replaces SDK modules that no function uses, a third of each bundle. The replacements throw when called. */
const unused = (what: string) => (): never => {
  throw new Error(`${what} is not part of this bundle`);
};

/** The default credential chain. Functions use their role's credentials: see `clientConfig`. */
export const defaultProvider = () => unused("the default credential chain");

/** Event streams of Kinesis subscriptions and S3 Select. */
export class EventStreamSerde {
  serializeEventStream = unused("event streams");
  deserializeEventStream = unused("event streams");
}

/** DynamoDB's endpoint discovery, which is off by default. */
export class EndpointCache {
  get = unused("endpoint discovery");
}
export const eventStreamSerdeProvider = () => ({});
export const resolveEventStreamSerdeConfig = <T>(config: T): T => config;
