import type { Make } from "../operation";

export const listDeliveryStreams: Make<"ListDeliveryStreams"> = (store) => ({
  rules: { Limit: { range: [1, 10_000] } },
  run: ({ Limit = 10, DeliveryStreamType, ExclusiveStartDeliveryStreamName = "" }) => {
    const names = store.streams
      .values()
      .filter(({ type }) => DeliveryStreamType === undefined || type === DeliveryStreamType)
      .map(({ name }) => name)
      .filter((name) => name > ExclusiveStartDeliveryStreamName);
    return { DeliveryStreamNames: names.slice(0, Limit), HasMoreDeliveryStreams: names.length > Limit };
  },
});
