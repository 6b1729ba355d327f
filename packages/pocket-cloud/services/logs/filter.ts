import { unsupported } from "../../errors";

interface Term {
  readonly text: string;
  readonly kind: "required" | "optional" | "excluded";
}

/** Compiles a term pattern, such as `ERROR -timeout`, `?WARN ?ERROR` or `"quoted phrase"`. */
export function messageFilter(pattern: string | undefined): (message: string) => boolean {
  const trimmed = pattern?.trim() ?? "";
  if (trimmed === "") return () => true;
  if (/^[{[%]/.test(trimmed)) throw unsupported(`the filter pattern ${trimmed}: only term patterns are read`);
  const terms = [...trimmed.matchAll(/([?-])?(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign, quoted, plain]): Term => ({
      text: quoted?.replaceAll(/\\(.)/g, "$1") ?? plain ?? "",
      kind: sign === "?" ? "optional" : sign === "-" ? "excluded" : "required",
    }),
  );
  const optional = terms.filter(({ kind }) => kind === "optional");
  return (message) =>
    terms.every(
      ({ text, kind }) => kind === "optional" || message.includes(text) === (kind === "required"),
    ) &&
    (optional.length === 0 || optional.some(({ text }) => message.includes(text)));
}
