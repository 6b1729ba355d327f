/** @types/node does not declare it; the DOM's library does, which Node programs do not use. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<unknown> };

/** The shortest WebAssembly module: magic number and version. */
const EMPTY = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/**
 * Resolves when tsx parses quickly. It looks for the syntax of ES modules in every file of a package, with a parser in
 * WebAssembly that V8 compiles in the background from the start of the process on. Until that is ready, a parser in
 * JavaScript does it, which takes 0.15 seconds longer for the SDK's clients. V8 compiles the empty module after the parser.
 */
export async function parserReady(): Promise<void> {
  await WebAssembly.compile(EMPTY);
  await new Promise(setImmediate);
}
