import { invalidParameter } from "../errors";
import type { FilterPattern } from "./pattern";
import { regularExpression } from "./reader";

interface Term {
  readonly isIn: (message: string) => boolean;
  readonly kind: "required" | "optional" | "excluded";
}

const TERM = /([?-])?(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|(\S+))/y;

/** Patterns of terms, such as `ERROR -timeout`, `?WARN ?ERROR`, `"quoted phrase"` or `%4\d\d%`. */
export function termPattern(text: string): FilterPattern {
  const terms: Term[] = [];
  const token = new RegExp(TERM);
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest)?.[0].length ?? 0;
    token.lastIndex = 0;
    const [whole = "", sign, quoted, expression, plain] = token.exec(rest.slice(space)) ?? [];
    terms.push({
      isIn: termTest(quoted, expression, plain),
      kind: sign === "?" ? "optional" : sign === "-" ? "excluded" : "required",
    });
    at += space + whole.length;
  }
  const optional = terms.filter(({ kind }) => kind === "optional");
  return {
    matches: (message) =>
      terms.every(({ isIn, kind }) => kind === "optional" || isIn(message) === (kind === "required")) &&
      (optional.length === 0 || optional.some(({ isIn }) => isIn(message))),
    select: () => undefined,
  };
}

function termTest(quoted: string | undefined, expression: string | undefined, plain: string | undefined) {
  if (expression !== undefined) {
    const regexp = regularExpression(expression);
    return (message: string) => regexp.test(message);
  }
  // Source: "Enclose exact phrases and terms that include non-alphanumeric characters in double quotation marks".
  if (plain !== undefined && /[^\w.*:@/-]/.test(plain))
    throw invalidParameter(`Invalid character(s) in term '${plain}'`);
  const text = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? "";
  return (message: string) => message.includes(text);
}
