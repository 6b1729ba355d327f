/**
 * Stand-ins for parts of the SDK that the bundles leave out, because no function uses them: a third of a bundle.
 * Each says so if ever called.
 */
const leftOut = (what: string) => (): never => {
  throw new Error(`${what} is not part of this bundle`);
};

/** The search for credentials in files, SSO and metadata services; a function has its role's: see `clientConfig`. */
export const defaultProvider = () => leftOut("the default credential chain");

/** Streams of events, of subscriptions and selects. */
export class EventStreamSerde {
  serializeEventStream = leftOut("event streams");
  deserializeEventStream = leftOut("event streams");
}

/** DynamoDB's discovery of endpoints, which is off. */
export class EndpointCache {
  get = leftOut("endpoint discovery");
}
export const eventStreamSerdeProvider = () => ({});
export const resolveEventStreamSerdeConfig = <T>(config: T): T => config;
