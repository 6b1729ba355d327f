import { AwsError } from "../../../errors";
import { action, type Monitoring, type MonitoringOperation } from "../operation";
import type { AlarmRecord, MonitoringStore } from "../store";

const taggedAlarm = (store: MonitoringStore, arn: string | undefined): AlarmRecord => {
  const record = store.alarms.get((arn ?? "").split(":alarm:")[1] ?? "");
  if (!record) throw new AwsError("ResourceNotFoundException", "Unknown resource", 404);
  return record;
};
const ofResource = (input: { ResourceARN?: string | undefined }) => [input.ResourceARN ?? ""];

export const listTagsForResource = ({ store }: Monitoring): MonitoringOperation<"ListTagsForResource"> => ({
  actions: action("ListTagsForResource"),
  resources: ofResource,
  run: (input) => ({
    Tags: Object.entries(taggedAlarm(store, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
  }),
});

export const tagResource = ({ store }: Monitoring): MonitoringOperation<"TagResource"> => ({
  actions: action("TagResource"),
  resources: ofResource,
  run: (input) => {
    const record = taggedAlarm(store, input.ResourceARN);
    for (const { Key = "", Value = "" } of input.Tags ?? []) record.tags[Key] = Value;
    store.alarms.set(record.alarm.AlarmName ?? "", record);
    return {};
  },
});

export const untagResource = ({ store }: Monitoring): MonitoringOperation<"UntagResource"> => ({
  actions: action("UntagResource"),
  resources: ofResource,
  run: (input) => {
    const record = taggedAlarm(store, input.ResourceARN);
    for (const key of input.TagKeys ?? []) delete record.tags[key];
    store.alarms.set(record.alarm.AlarmName ?? "", record);
    return {};
  },
});
