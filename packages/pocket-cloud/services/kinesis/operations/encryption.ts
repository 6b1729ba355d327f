import { invalidArgument } from "../errors";
import { type Make, onStream, streamRules } from "../operation";

const rules = { ...streamRules, EncryptionType: { oneOf: ["KMS"] }, KeyId: { length: [1, 2048] as const } };

export const StartStreamEncryption: Make<"StartStreamEncryption"> = (store) => ({
  rules,
  resources: onStream(store),
  run: async (input, { caller }) => {
    const { KeyId: keyId = "" } = input;
    const dataKey = await store.keys.dataKey(store.named(input), keyId, caller);
    return store.change(store.named(input), { keyId, dataKey });
  },
});

export const StopStreamEncryption: Make<"StopStreamEncryption"> = (store) => ({
  rules,
  resources: onStream(store),
  run: (input) => {
    const stream = store.named(input);
    if (stream.keyId === undefined) throw invalidArgument(`Stream ${stream.name} is not encrypted.`);
    return store.change(stream, { keyId: undefined, dataKey: undefined });
  },
});
