import { randomBytes } from "node:crypto";
import { AwsError, validationError } from "../../errors";
import { rotateDue } from "./keys";
import type { KmsOperation } from "./operation";
import { ofKey } from "./operation";
import { invalidCiphertext, type KeyStore, keyIdOf, decrypt as open, encrypt as seal } from "./store";

const LARGEST_PLAINTEXT = 4096;

const ofCiphertext = (store: KeyStore) => (input: { CiphertextBlob?: Uint8Array | undefined }) => [
  input.CiphertextBlob && input.CiphertextBlob.byteLength > 19
    ? store.arn(keyIdOf(input.CiphertextBlob))
    : "*",
];

export const encrypt = (store: KeyStore): KmsOperation<"Encrypt"> => ({
  rules: { Plaintext: { length: [1, LARGEST_PLAINTEXT] } },
  resources: ofKey(store),
  run: (input) => {
    const key = store.usable(input.KeyId);
    rotateDue(store, key);
    return {
      CiphertextBlob: seal(key, input.Plaintext ?? new Uint8Array(), input.EncryptionContext),
      KeyId: key.metadata.Arn,
      EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
    };
  },
});

export const decrypt = (store: KeyStore): KmsOperation<"Decrypt"> => ({
  resources: ofCiphertext(store),
  run: (input) => {
    const ciphertext = input.CiphertextBlob ?? new Uint8Array();
    const id = ciphertext.byteLength > 47 ? keyIdOf(ciphertext) : "";
    if (!store.keys.has(id)) throw invalidCiphertext();
    const key = store.usable(id);
    if (input.KeyId !== undefined && store.find(input.KeyId) !== key)
      throw new AwsError(
        "IncorrectKeyException",
        "The key ID in the request does not identify a CMK that can perform this operation.",
      );
    return {
      Plaintext: open(key, ciphertext, input.EncryptionContext),
      KeyId: key.metadata.Arn,
      EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
    };
  },
});

function dataKey(store: KeyStore, input: Parameters<KmsOperation<"GenerateDataKey">["run"]>[0]) {
  const key = store.usable(input.KeyId);
  rotateDue(store, key);
  const { KeySpec, NumberOfBytes } = input;
  if ((KeySpec === undefined) === (NumberOfBytes === undefined))
    throw validationError("Please specify either number of bytes or key spec.");
  const Plaintext = randomBytes(NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32));
  return {
    Plaintext,
    CiphertextBlob: seal(key, Plaintext, input.EncryptionContext),
    KeyId: key.metadata.Arn,
  };
}

export const generateDataKey = (store: KeyStore): KmsOperation<"GenerateDataKey"> => ({
  rules: { NumberOfBytes: { range: [1, 1024] } },
  resources: ofKey(store),
  run: (input) => dataKey(store, input),
});

export const generateDataKeyWithoutPlaintext = (
  store: KeyStore,
): KmsOperation<"GenerateDataKeyWithoutPlaintext"> => ({
  rules: { NumberOfBytes: { range: [1, 1024] } },
  resources: ofKey(store),
  run: (input) => {
    const { Plaintext: _secret, ...answer } = dataKey(store, input);
    return answer;
  },
});

export const reEncrypt = (store: KeyStore): KmsOperation<"ReEncrypt"> => ({
  actions: ["kms:ReEncryptFrom"],
  resources: ofCiphertext(store),
  run: (input, call) => {
    const ciphertext = input.CiphertextBlob ?? new Uint8Array();
    const source = store.usable(keyIdOf(ciphertext));
    const target = store.usable(input.DestinationKeyId);
    store.cloud
      .identities()
      .authorize(call.caller, "kms:ReEncryptTo", [target.metadata.Arn ?? ""], {}, () => target.policy);
    const plaintext = open(source, ciphertext, input.SourceEncryptionContext);
    return {
      CiphertextBlob: seal(target, plaintext, input.DestinationEncryptionContext),
      SourceKeyId: source.metadata.Arn,
      KeyId: target.metadata.Arn,
      SourceEncryptionAlgorithm: "SYMMETRIC_DEFAULT",
      DestinationEncryptionAlgorithm: "SYMMETRIC_DEFAULT",
    };
  },
});

export const generateRandom = (): KmsOperation<"GenerateRandom"> => ({
  rules: { NumberOfBytes: { range: [1, 1024] } },
  run: (input) => ({ Plaintext: randomBytes(input.NumberOfBytes ?? 32) }),
});
