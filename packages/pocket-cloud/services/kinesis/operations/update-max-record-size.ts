import { type Make, named, onStream, streamRules } from "../operation";

export const recordSizeRule = { range: [1024, 10_240] } as const;

export const updateMaxRecordSize: Make<"UpdateMaxRecordSize"> = (store) => ({
  rules: { ...streamRules, MaxRecordSizeInKiB: recordSizeRule },
  resources: onStream(store),
  run: (input) => {
    const size = input.MaxRecordSizeInKiB ?? 1024;
    store.change(named(store, input), (stream) => {
      stream.maxRecordKiB = size;
    });
    return {};
  },
});
