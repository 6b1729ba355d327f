import { type Make, nameRules, onStream } from "../operation";

export const deleteDeliveryStream: Make<"DeleteDeliveryStream"> = (store, deliveries) => ({
  rules: nameRules,
  resources: onStream(store),
  run: async ({ DeliveryStreamName = "" }) => {
    const { name } = store.stream(DeliveryStreamName);
    await deliveries.remove(name);
    store.streams.delete(name);
    store.checkpoints.delete(name);
    return {};
  },
});
