import type { Operations } from "../../../service";
import { removeTags, type Tags } from "../../shared/tags";
import { groupName, type LogStore, nameInArn } from "../store";

/** The tag operations that name a group by ARN, and the older ones that name it by name. */
export function groupTagOperations(store: LogStore) {
  const byName = (input: { logGroupName: string | undefined }) => store.streamArns(input);
  const byArn = (input: { resourceArn: string | undefined }) => [
    store.groupArn(nameInArn(input.resourceArn ?? "")),
  ];
  const change = (name: string, apply: (tags: Tags) => void) => {
    store.group(name);
    store.groups.update(name, ({ tags }) => apply(tags));
    return {};
  };
  return {
    TagResource: {
      resources: byArn,
      run: ({ resourceArn = "", tags }) =>
        change(nameInArn(resourceArn), (current) => Object.assign(current, tags)),
    },
    UntagResource: {
      resources: byArn,
      run: ({ resourceArn = "", tagKeys }) =>
        change(nameInArn(resourceArn), (current) => removeTags(current, tagKeys)),
    },
    ListTagsForResource: {
      resources: byArn,
      run: ({ resourceArn = "" }) => ({ tags: store.group(nameInArn(resourceArn)).tags }),
    },
    TagLogGroup: {
      resources: byName,
      run: (input) => change(groupName(input), (current) => Object.assign(current, input.tags)),
    },
    UntagLogGroup: {
      resources: byName,
      run: (input) => change(groupName(input), (current) => removeTags(current, input.tags)),
    },
    ListTagsLogGroup: {
      resources: byName,
      run: (input) => ({ tags: store.group(groupName(input)).tags }),
    },
  } satisfies Operations<"logs">;
}
