declare module "js-yaml" {
  export function load(text: string, options?: { filename?: string }): unknown;
}
