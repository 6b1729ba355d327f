import { validationError } from "../../../errors";
import type { Operations } from "../../../service";
import { pageOf } from "../../shared/paging";
import { tagOperations, tagsFrom } from "../../shared/tags";
import type { Engine } from "../engine";
import { conflict, DEFAULT_GROUP, keyOf, notFound } from "../store";

export function groupOperations(engine: Engine) {
  const { store } = engine;
  const { groups } = store;
  const resources = ({ Name = "" }: { Name?: string | undefined }) => [store.groupArn(Name)];
  // Schedules have no tags.
  const tags = tagOperations({
    resources: ({ ResourceArn = "" }: { ResourceArn?: string | undefined }) => [ResourceArn],
    find: ({ ResourceArn }) => {
      const group = groups.get(ResourceArn?.split(":schedule-group/")[1] ?? "");
      if (!group) throw notFound(`Resource ${ResourceArn} does not exist.`);
      return group;
    },
    save: (group) => groups.set(group.description.Name ?? "", group),
  });
  return {
    CreateScheduleGroup: {
      resources,
      run: ({ Name = "", Tags }) => {
        if (groups.has(Name)) throw conflict(`Schedule group ${Name} already exists.`);
        return { ScheduleGroupArn: store.createGroup(Name, tagsFrom(Tags)) };
      },
    },
    GetScheduleGroup: {
      resources,
      run: ({ Name }) => store.findGroup(Name).description,
    },
    DeleteScheduleGroup: {
      resources,
      run: ({ Name = "" }) => {
        if (Name === DEFAULT_GROUP) throw validationError("The default schedule group cannot be deleted.");
        store.findGroup(Name);
        for (const { definition } of store.schedules.values()) {
          if (definition.GroupName !== Name) continue;
          engine.disarm(keyOf(definition));
          store.deleteSchedule(keyOf(definition));
        }
        groups.delete(Name);
        return {};
      },
    },
    ListScheduleGroups: {
      run: ({ NamePrefix = "", NextToken, MaxResults = 100 }) => {
        const found = groups
          .values()
          .map(({ description }) => description)
          .filter(({ Name }) => Name?.startsWith(NamePrefix));
        const { items, next } = pageOf(found, NextToken, MaxResults);
        return { ScheduleGroups: items, ...next };
      },
    },
    TagResource: tags.tag,
    UntagResource: tags.untag,
    ListTagsForResource: tags.list,
  } satisfies Operations<"scheduler">;
}
