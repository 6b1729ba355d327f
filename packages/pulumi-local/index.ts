/** The public interface. All other files are internal. */
export { runPulumi } from "./cli";
export { deployProgram } from "./deploy/deploy";
export type { Deployment, DeployOptions } from "./deploy/deployment";
export { StateError } from "./deploy/state";
export { type Change, diffPreviews } from "./diff";
export { ProgramError } from "./engine";
export { startPlugin } from "./plugin/start";
export { type Preview, type PreviewOptions, type PreviewResource, previewProgram } from "./preview";
export { ProjectError, readConfig } from "./project";
export { nameOfUrn, typeOfUrn } from "./registration";
export { isKnownType } from "./resources";
export { UNKNOWN, type Value } from "./values";
