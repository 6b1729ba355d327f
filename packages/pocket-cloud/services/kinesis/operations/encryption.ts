import { invalidArgument } from "../errors";
import { type Make, onStream } from "../operation";

export const StartStreamEncryption: Make<"StartStreamEncryption"> = (store) => ({
  resources: onStream(store),
  run: (input, { caller }) => {
    const { KeyId: keyId = "" } = input;
    const stream = store.named(input);
    store.keys.check(stream, keyId, "kms:GenerateDataKey", caller);
    return store.change(stream, { keyId });
  },
});

export const StopStreamEncryption: Make<"StopStreamEncryption"> = (store) => ({
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    if (stream.keyId === undefined) throw invalidArgument(`Stream ${stream.name} is not encrypted.`);
    return store.change(stream, { keyId: undefined });
  },
});
