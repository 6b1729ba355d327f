import { invalidArgument } from "../errors";
import { type Make, named, onStream, streamRules } from "../operation";

const rules = { ...streamRules, EncryptionType: { oneOf: ["KMS"] }, KeyId: { length: [1, 2048] as const } };

export const startStreamEncryption: Make<"StartStreamEncryption"> = (store) => ({
  rules,
  resources: onStream(store),
  run: async (input, { caller }) => {
    const { KeyId = "" } = input;
    const dataKey = await store.keys.dataKey(named(store, input), KeyId, caller);
    store.change(named(store, input), (stream) => {
      stream.keyId = KeyId;
      delete stream.dataKey;
      if (dataKey) stream.dataKey = dataKey;
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
      delete changing.dataKey;
    });
    return {};
  },
});
