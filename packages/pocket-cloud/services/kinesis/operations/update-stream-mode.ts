import type { Make, Named } from "../operation";
import { named, onStream, streamRules } from "../operation";

export const updateStreamMode: Make<"UpdateStreamMode"> = (store) => ({
  rules: streamRules,
  resources: (input: Named) => onStream(store)(input),
  run: (input) => {
    const mode = input.StreamModeDetails?.StreamMode ?? "PROVISIONED";
    store.change(named(store, input), (stream) => {
      stream.mode = mode;
    });
    return {};
  },
});
