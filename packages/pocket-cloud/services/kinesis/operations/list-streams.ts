import { type Make, page } from "../operation";

export const listStreams: Make<"ListStreams"> = (store) => ({
  rules: { Limit: { range: [1, 10_000] }, ExclusiveStartStreamName: { length: [1, 128] } },
  run: ({ Limit = 100, ExclusiveStartStreamName, NextToken }) => {
    const after = ExclusiveStartStreamName ?? NextToken ?? "";
    const { items, more } = page(
      store.streams.values().filter(({ name }) => name > after),
      Limit,
    );
    return {
      StreamNames: items.map(({ name }) => name),
      HasMoreStreams: more,
      ...(more && { NextToken: items.at(-1)?.name }),
      StreamSummaries: items.map((stream) => ({
        StreamName: stream.name,
        StreamARN: stream.arn,
        StreamStatus: "ACTIVE" as const,
        StreamModeDetails: { StreamMode: stream.mode },
        StreamCreationTimestamp: stream.createdAt,
      })),
    };
  },
});
