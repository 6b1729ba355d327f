import type { Input } from "../../models";
import type { Operations } from "../../service";
import { removeTags, tagsFrom } from "../shared/tags";
import { checkLockout } from "./lockout";
import { DAY, type KeyRecord, type KeyStore, pendingDeletion } from "./store";
import { checkTags } from "./tags";

export function keyChangeOperations(store: KeyStore) {
  /** An operation that changes a key and returns nothing. */
  const change = <In extends { readonly KeyId?: string | undefined }>(
    apply: (key: KeyRecord, input: In) => void,
  ) => ({
    resources: store.arnsOf,
    run: (input: In) => {
      const key = store.findWithoutAlias(input.KeyId);
      if (key.metadata.KeyState === "PendingDeletion") throw pendingDeletion(key);
      apply(key, input);
      store.save(key);
      return {};
    },
  });
  const setEnabled = (Enabled: boolean) =>
    change(({ metadata }) =>
      Object.assign(metadata, { Enabled, KeyState: Enabled ? "Enabled" : "Disabled" }),
    );
  const changePolicy = change((key, { Policy = "" }: Input<"kms", "PutKeyPolicy">) => {
    key.policy = Policy;
  });
  return {
    EnableKey: setEnabled(true),
    DisableKey: setEnabled(false),
    UpdateKeyDescription: change((key, input) => {
      key.metadata.Description = input.Description;
    }),
    PutKeyPolicy: {
      resources: store.arnsOf,
      run: (input, { caller }) => {
        checkLockout(store, input, caller, store.findWithoutAlias(input.KeyId).metadata.Arn ?? "");
        return changePolicy.run(input);
      },
    },
    EnableKeyRotation: change((key, { RotationPeriodInDays: days = 365 }) => {
      key.rotation = { days, nextAt: store.cloud.clock.now() + days * DAY };
    }),
    DisableKeyRotation: change((key) => {
      delete key.rotation;
    }),
    TagResource: {
      ...change((key, { Tags }: Input<"kms", "TagResource">) => {
        checkTags(Tags, key.tags);
        const tags = Tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }));
        Object.assign(key.tags, tagsFrom(tags));
      }),
    },
    UntagResource: change((key, { TagKeys }) => removeTags(key.tags, TagKeys)),
    ScheduleKeyDeletion: {
      resources: store.arnsOf,
      run: ({ KeyId, PendingWindowInDays = 30 }) => {
        const key = store.findWithoutAlias(KeyId);
        const DeletionDate = new Date(store.cloud.clock.now() + PendingWindowInDays * DAY);
        const KeyState = "PendingDeletion";
        Object.assign(key.metadata, { Enabled: false, KeyState, DeletionDate });
        store.save(key);
        store.scheduleDeletion(key);
        return { KeyId: key.metadata.Arn, DeletionDate, KeyState, PendingWindowInDays };
      },
    },
    CancelKeyDeletion: {
      resources: store.arnsOf,
      run: ({ KeyId }) => {
        const key = store.findWithoutAlias(KeyId);
        delete key.metadata.DeletionDate;
        key.metadata.KeyState = "Disabled";
        store.save(key);
        return { KeyId: key.metadata.Arn };
      },
    },
  } satisfies Operations<"kms">;
}
