/** Strings, quoted names and comments are skipped; words, brackets and question marks are read. */
const TOKEN =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\r\n]*|\/\*[\s\S]*?\*\/|([A-Za-z_]\w*|[()?])/g;

/** Each begins a query, or a part of one that is not its WHERE clause. Some have other uses, such as WITH TIME ZONE. */
const OTHER_PARTS = new Set([
  ...["SELECT", "WITH", "VALUES", "TABLE", "GROUP", "HAVING", "WINDOW", "ORDER", "OFFSET", "LIMIT", "FETCH"],
  ...["UNION", "INTERSECT", "EXCEPT"],
]);

/**
 * Whether every question mark is certainly in the WHERE clause of a query, by the words and brackets before it: parsing
 * thirty saved reports, only to find their question marks, takes a second. False also where only the parser can tell.
 */
export function areInWhere(text: string): boolean {
  /** For each open bracket, whether its content is in a WHERE clause at this place. */
  const outer: boolean[] = [];
  let inWhere = false;
  let [before, last] = ["", ""];
  for (const [, token] of text.matchAll(TOKEN)) {
    if (token === undefined) continue;
    const word = token.toUpperCase();
    if (word === "?" && !inWhere) return false;
    if (word === "(") outer.push(inWhere);
    else if (word === ")") inWhere = outer.pop() ?? false;
    // The WHERE of an aggregate's FILTER is not the query's.
    else if (word === "WHERE") inWhere ||= !(before === "FILTER" && last === "(");
    else if (OTHER_PARTS.has(word)) inWhere = false;
    [before, last] = [last, word];
  }
  return true;
}
