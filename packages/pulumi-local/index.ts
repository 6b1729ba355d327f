/** Everything that users of this package may import. Other files are internal. */
export { deployProgram } from "./deploy";
export { type Change, diffPreviews } from "./diff";
export { type Preview, type PreviewOptions, type PreviewResource, previewProgram } from "./preview";
export { readConfig } from "./project";
export { nameOfUrn, typeOfUrn } from "./registration";
export { UNKNOWN, type Value } from "./values";
