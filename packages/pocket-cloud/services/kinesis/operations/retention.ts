import { invalidArgument } from "../errors";
import { type Make, named, onStream, streamRules } from "../operation";

const rules = { ...streamRules, RetentionPeriodHours: { range: [24, 8760] as const } };

export const increaseStreamRetentionPeriod: Make<"IncreaseStreamRetentionPeriod"> = (store) => ({
  rules,
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const hours = input.RetentionPeriodHours ?? stream.retentionHours;
    if (hours < stream.retentionHours)
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${stream.name} can not be shorter than existing retention period (${stream.retentionHours} hours). Use DecreaseRetentionPeriod API.`,
      );
    store.change(stream, (changing) => {
      changing.retentionHours = hours;
    });
    return {};
  },
});

export const decreaseStreamRetentionPeriod: Make<"DecreaseStreamRetentionPeriod"> = (store) => ({
  rules,
  resources: onStream(store),
  run: (input) => {
    const stream = named(store, input);
    const hours = input.RetentionPeriodHours ?? stream.retentionHours;
    if (hours > stream.retentionHours)
      throw invalidArgument(
        `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing retention period (${stream.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
      );
    store.change(stream, (changing) => {
      changing.retentionHours = hours;
    });
    store.trim();
    return {};
  },
});
