/**
 * For NODE_OPTIONS of `pulumi … --policy-pack infra/guardrails`. Pulumi's runtime for policy packs hands TypeScript to the
 * ts-node that it carries with it, whether the pack has any or not, and that cannot start with TypeScript 7.
 */
const Module = require("node:module");

const load = Module._load;
Module._load = function (request, ...rest) {
  return /[\\/]vendor[\\/]ts-node@/.test(request)
    ? { register: () => {} }
    : load.call(this, request, ...rest);
};
