/** Tags by key, as records store them. */
export type Tags = Record<string, string>;

export type TagList = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];

export const tagsFrom = (list: TagList = []): Tags =>
  Object.fromEntries(list.map(({ Key = "", Value = "" }) => [Key, Value]));

export const tagList = (tags: Readonly<Tags>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export function removeTags(tags: Tags, keys: readonly string[] = []): void {
  for (const key of keys) delete tags[key];
}

/** How tag operations reach the record that their input names. */
interface Taggable<In, Record> {
  readonly resources: (input: In) => readonly string[];
  readonly find: (input: In) => Record;
  readonly save: (record: Record, input: In) => void;
  /** Throws when the service does not allow the tags. */
  readonly check?: (tags: Readonly<Tags>, given: TagList) => void;
}

/** The three operations on tags; services differ in their names and in how the input names the resource. */
export function tagOperations<In, Record extends { readonly tags: Tags }>({
  resources,
  find,
  save,
  check,
}: Taggable<In, Record>) {
  const change = (input: In, apply: (tags: Tags) => void): Record => {
    const record = find(input);
    apply(record.tags);
    save(record, input);
    return record;
  };
  return {
    tag: {
      resources,
      run: (input: In & { readonly Tags?: TagList | undefined }) => {
        change(input, (tags) => {
          const added = tagsFrom(input.Tags);
          check?.({ ...tags, ...added }, input.Tags ?? []);
          Object.assign(tags, added);
        });
        return {};
      },
    },
    untag: {
      resources,
      run: (input: In & { readonly TagKeys?: readonly string[] | undefined }) => {
        change(input, (tags) => removeTags(tags, input.TagKeys));
        return {};
      },
    },
    list: {
      resources,
      run: (input: In) => ({ Tags: tagList(find(input).tags) }),
    },
  };
}
