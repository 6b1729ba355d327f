import { inUse } from "../errors";
import { type Make, named, onStream, streamRules } from "../operation";

export const deleteStream: Make<"DeleteStream"> = (store) => ({
  rules: streamRules,
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    if (stream.consumers.length > 0 && !input.EnforceConsumerDeletion)
      throw inUse(
        `Stream ${stream.name} under account ${store.cloud.accountId} has consumers: deregister them, or set EnforceConsumerDeletion.`,
      );
    store.delete(stream);
    return {};
  },
});
