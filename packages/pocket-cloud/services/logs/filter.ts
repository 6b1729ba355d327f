import { unsupported } from "../../errors";

interface Term {
  readonly text: string;
  readonly how: "must" | "any" | "not";
}

/** A term pattern ("ERROR -timeout", "?WARN ?ERROR", a "quoted phrase") as a test of a message. */
export function messageFilter(pattern: string | undefined): (message: string) => boolean {
  const trimmed = pattern?.trim() ?? "";
  if (trimmed === "") return () => true;
  if (/^[{[%]/.test(trimmed)) throw unsupported(`the filter pattern ${trimmed}: only term patterns are read`);
  const terms = [...trimmed.matchAll(/([?-])?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign, quoted, plain]): Term => ({
      text: quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? "",
      how: sign === "?" ? "any" : sign === "-" ? "not" : "must",
    }),
  );
  const any = terms.filter(({ how }) => how === "any");
  return (message) =>
    terms.every(({ text, how }) => how === "any" || message.includes(text) === (how === "must")) &&
    (any.length === 0 || any.some(({ text }) => message.includes(text)));
}
