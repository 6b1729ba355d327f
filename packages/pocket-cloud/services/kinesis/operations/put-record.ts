import { AwsError } from "../../../errors";
import { encryptionOf } from "../describe";
import { rateExceeded, THROTTLED } from "../errors";
import { endDryRun, type Make, named, onStream, streamRules } from "../operation";
import { sequenceAt } from "../sequence";
import { checkEntry, entryBytes, explicitHash, write } from "../write";

/** SequenceNumberForOrdering needs no care: writes of a shard are in order here anyway. */
export const putRecord: Make<"PutRecord"> = (store) => ({
  rules: { ...streamRules, SequenceNumberForOrdering: { pattern: /0|([1-9]\d{0,128})/ } },
  resources: onStream(store),
  run: async (input, { caller }) => {
    await store.keys.checkWriter(named(store, input), caller);
    const stream = named(store, input);
    checkEntry(stream, input, "");
    endDryRun(input);
    const shard = store.route(stream, input.PartitionKey ?? "", explicitHash(input));
    if (!store.admits(shard, entryBytes(input)))
      throw new AwsError(THROTTLED, rateExceeded(shard.shard.id, stream, store.cloud.accountId));
    const position = write(store, stream, shard, [input]);
    return {
      ShardId: shard.shard.id,
      SequenceNumber: sequenceAt(shard.prefix, position),
      EncryptionType: encryptionOf(stream),
    };
  },
});
