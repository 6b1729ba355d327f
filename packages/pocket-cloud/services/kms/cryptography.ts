import { randomBytes } from "node:crypto";
import { AwsError, validationError } from "../../errors";
import type { Input } from "../../models";
import type { Call, Operations } from "../../service";
import { keyContext } from "./access";
import {
  decrypt,
  encrypt,
  HEADER_BYTES,
  invalidCiphertext,
  type KeyStore,
  keyIdOf,
  materialId,
  materialOf,
} from "./store";

/** The size of an encrypted empty text: header, initialisation vector and authentication tag. */
const EMPTY_CIPHERTEXT = HEADER_BYTES + 28;
const ALGORITHM = "SYMMETRIC_DEFAULT";
const NOTHING = new Uint8Array();

/** The condition keys of operations with an encryption context. */
const context = (
  { EncryptionContext }: { readonly EncryptionContext?: Record<string, string> | undefined },
  { caller }: Call,
) => keyContext(caller.accountId, EncryptionContext);

export function cryptographicOperations(store: KeyStore) {
  const keyOfCiphertext = ({
    CiphertextBlob: bytes = NOTHING,
  }: {
    CiphertextBlob?: Uint8Array | undefined;
  }) => [bytes.byteLength > HEADER_BYTES ? store.arn(keyIdOf(bytes)) : "*"];
  return {
    Encrypt: {
      context,
      resources: store.arnsOf,
      run: ({ KeyId, Plaintext = NOTHING, EncryptionContext }) => {
        const key = store.findEnabled(KeyId);
        store.rotateIfDue(key);
        return {
          CiphertextBlob: encrypt(key, Plaintext, EncryptionContext),
          KeyId: key.metadata.Arn,
          EncryptionAlgorithm: ALGORITHM,
        };
      },
    },
    Decrypt: {
      context,
      resources: keyOfCiphertext,
      run: ({ KeyId, CiphertextBlob = NOTHING, EncryptionContext }) => {
        const id = CiphertextBlob.byteLength > EMPTY_CIPHERTEXT ? keyIdOf(CiphertextBlob) : "";
        if (!store.keys.has(id)) throw invalidCiphertext();
        const key = store.findEnabled(id);
        if (KeyId !== undefined && store.find(KeyId) !== key)
          throw new AwsError(
            "IncorrectKeyException",
            "The key ID in the request does not identify a CMK that can perform this operation.",
          );
        return {
          Plaintext: decrypt(key, CiphertextBlob, EncryptionContext),
          KeyId: key.metadata.Arn,
          KeyMaterialId: materialId(key, materialOf(CiphertextBlob)),
          EncryptionAlgorithm: ALGORITHM,
        };
      },
    },
    GenerateDataKey: {
      context,
      resources: store.arnsOf,
      run: (input) => dataKey(input),
    },
    GenerateDataKeyWithoutPlaintext: {
      context,
      resources: store.arnsOf,
      run: (input) => {
        const { Plaintext: _secret, ...answer } = dataKey(input);
        return answer;
      },
    },
    ReEncrypt: {
      actions: ["kms:ReEncryptFrom"],
      resources: keyOfCiphertext,
      run: (input, { caller }) => {
        const { CiphertextBlob = NOTHING, SourceEncryptionContext, DestinationEncryptionContext } = input;
        const source = store.findEnabled(keyIdOf(CiphertextBlob));
        const target = store.findEnabled(input.DestinationKeyId);
        store.cloud
          .identities()
          .authorize(caller, "kms:ReEncryptTo", [target.metadata.Arn ?? ""], {}, () => target.policy);
        const plaintext = decrypt(source, CiphertextBlob, SourceEncryptionContext);
        return {
          CiphertextBlob: encrypt(target, plaintext, DestinationEncryptionContext),
          SourceKeyId: source.metadata.Arn,
          KeyId: target.metadata.Arn,
          SourceEncryptionAlgorithm: ALGORITHM,
          DestinationEncryptionAlgorithm: ALGORITHM,
        };
      },
    },
    GenerateRandom: {
      run: ({ NumberOfBytes }) => {
        if (NumberOfBytes === undefined) throw validationError("NumberOfBytes is required.");
        return { Plaintext: randomBytes(NumberOfBytes) };
      },
    },
  } satisfies Operations<"kms">;

  function dataKey({ KeyId, KeySpec, NumberOfBytes, EncryptionContext }: Input<"kms", "GenerateDataKey">) {
    const key = store.findEnabled(KeyId);
    store.rotateIfDue(key);
    if ((KeySpec === undefined) === (NumberOfBytes === undefined))
      throw validationError("Please specify either number of bytes or key spec.");
    const Plaintext = randomBytes(NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32));
    return {
      Plaintext,
      CiphertextBlob: encrypt(key, Plaintext, EncryptionContext),
      KeyId: key.metadata.Arn,
    };
  }
}
