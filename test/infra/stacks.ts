import { join } from "node:path";
import {
  type Preview,
  type PreviewOptions,
  type PreviewResource,
  previewProgram,
} from "../../packages/pulumi-local";

export const root = join(__dirname, "../..");
export const environments = ["local", "dev", "staging", "prod"] as const;
export type Environment = (typeof environments)[number];

const made = new Map<Environment, Promise<Preview>>();

/** The program's preview for an environment, made once for all tests of a file. */
export function previewOf(stack: Environment): Promise<Preview> {
  const preview = made.get(stack) ?? previewProgram({ dir: root, stack });
  made.set(stack, preview);
  return preview;
}

export const previewWith = (stack: Environment, config: PreviewOptions["config"]): Promise<Preview> =>
  previewProgram({ dir: root, stack, ...(config && { config }) });

export const ofType = ({ resources }: Preview, type: string): readonly PreviewResource[] =>
  resources.filter((resource) => resource.type === type);

/** Inputs of the one resource of this logical name and type. */
export function inputsOf(preview: Preview, type: string, name: string): Record<string, unknown> {
  const [found, ...more] = ofType(preview, type).filter((resource) => resource.name === name);
  if (!found || more.length > 0)
    throw new Error(`${more.length + (found ? 1 : 0)} resources ${type} ${name}`);
  return { ...found.inputs };
}
