import { checkGrant, ENCRYPTION_REFUSED, encryptionFor } from "../encryption";
import { invalidArgument } from "../errors";
import { kinesisSource } from "../model";
import { type Make, onStream } from "../operation";

export const StartDeliveryStreamEncryption: Make<"StartDeliveryStreamEncryption"> = (store) => ({
  resources: onStream(store),
  run: ({ DeliveryStreamName = "", DeliveryStreamEncryptionConfigurationInput }, { caller }) => {
    const stream = store.stream(DeliveryStreamName);
    if (kinesisSource(stream)) throw invalidArgument(ENCRYPTION_REFUSED);
    const encryption = encryptionFor(
      DeliveryStreamEncryptionConfigurationInput ?? { KeyType: "AWS_OWNED_CMK" },
    );
    checkGrant(store, encryption, caller);
    store.streams.update(stream.name, (changing) => {
      changing.encryption = encryption;
    });
    return {};
  },
});

export const StopDeliveryStreamEncryption: Make<"StopDeliveryStreamEncryption"> = (store) => ({
  resources: onStream(store),
  run: ({ DeliveryStreamName = "" }) => {
    const { name } = store.stream(DeliveryStreamName);
    store.streams.update(name, (changing) => {
      changing.encryption = { Status: "DISABLED" };
    });
    return {};
  },
});
