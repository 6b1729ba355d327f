import { describeStream } from "../describe";
import { type Make, named, onStream, streamRules } from "../operation";
import { openShardCount } from "../store";

export const describeStreamSummary: Make<"DescribeStreamSummary"> = (store) => ({
  rules: streamRules,
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    return {
      StreamDescriptionSummary: {
        ...describeStream(stream),
        OpenShardCount: openShardCount(stream),
        ConsumerCount: stream.consumers.length,
        MaxRecordSizeInKiB: stream.maxRecordKiB,
      },
    };
  },
});
