import { type FeedDefinition, feeds } from "../../data/feeds";
import { names } from "../../data/names";

/** The feed that a stream or delivery stream of any environment carries; undefined when it is none of ours. */
export function feedOfStream(stream: string): FeedDefinition | undefined {
  const env = /^pricelake-([^-]+)-/.exec(stream)?.[1];
  if (env === undefined) return undefined;
  const name = names(env);
  return Object.values(feeds).find((feed) =>
    [name.stream(feed.name), name.deliveryStream(feed.name), name.directDeliveryStream(feed.name)].includes(
      stream,
    ),
  );
}
