/** urn:pulumi:<stack>::<project>::<parent types, $-separated>$<type>::<name> */
export function urnOf(stack: string, project: string, parent: string, type: string, name: string): string {
  const above = parent === "" ? "" : qualifiedType(parent);
  const chain = above === "" || above === STACK_TYPE ? type : `${above}$${type}`;
  return `urn:pulumi:${stack}::${project}::${chain}::${name}`;
}

export const STACK_TYPE = "pulumi:pulumi:Stack";

const qualifiedType = (urn: string): string => urn.split("::")[2] ?? "";

export const typeOfUrn = (urn: string): string => qualifiedType(urn).split("$").at(-1) ?? "";
export const nameOfUrn = (urn: string): string => urn.split("::").slice(3).join("::");
