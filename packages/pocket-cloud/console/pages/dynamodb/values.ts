/** An attribute of an item as DynamoDB writes it: {"S": "a"}, {"N": "1"}, {"L": […]}. */
export type Attribute = Readonly<Record<string, unknown>>;

/** The plain value of an attribute. Numbers stay text, because they may have 38 digits. */
export function plain(attribute: Attribute | undefined): unknown {
  const [[type, value] = []] = Object.entries(attribute ?? {}).filter(([, each]) => each !== undefined);
  switch (type) {
    case "N":
      return value;
    case "NULL":
      return null;
    case "L":
      return (value as Attribute[]).map(plain);
    case "M":
      return Object.fromEntries(
        Object.entries(value as Record<string, Attribute>).map(([name, each]) => [name, plain(each)]),
      );
    default:
      return value;
  }
}

/** Keys first, then the other attributes in the order in which items have them. */
export function columnsOf(
  items: readonly Readonly<Record<string, Attribute>>[],
  keys: readonly string[],
): string[] {
  return [...new Set([...keys, ...items.flatMap((item) => Object.keys(item))])];
}
