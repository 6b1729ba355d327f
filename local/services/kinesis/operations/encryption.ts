import { invalidArgument } from "../errors";
import { type Make, named, onStream, streamRules } from "../operation";

const rules = { ...streamRules, EncryptionType: { oneOf: ["KMS"] }, KeyId: { length: [1, 2048] as const } };

export const startStreamEncryption: Make<"StartStreamEncryption"> = (store) => ({
  rules,
  resources: onStream(store),
  run: (input) => {
    const { KeyId = "" } = input;
    store.change(named(store, input), (stream) => {
      stream.keyId = KeyId;
    });
    return {};
  },
});

export const stopStreamEncryption: Make<"StopStreamEncryption"> = (store) => ({
  rules,
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    if (stream.keyId === undefined) throw invalidArgument(`Stream ${stream.name} is not encrypted.`);
    store.change(stream, (changing) => {
      delete changing.keyId;
    });
    return {};
  },
});
