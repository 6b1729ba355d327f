"use strict";
const Module = require("node:module");

/**
 * Makes these requests of these files wait: the module is loaded when something of it is first looked at, and is the
 * same then as if it had been there from the start.
 */
function lazily(waiting) {
  const load = Module._load;
  Module._load = function (request, parent, isMain) {
    const waits = waiting.some(([by, what]) => what.test(request) && by.test(parent?.filename ?? ""));
    return waits
      ? whenUsed(() => load.call(this, request, parent, false))
      : load.call(this, request, parent, isMain);
  };
}

/** The SDKs' own helpers for imports take an ES module as it is, and copy any other one, which would use it all. */
function whenUsed(load) {
  let module;
  const loaded = () => (module ??= load());
  return new Proxy(
    {},
    {
      get: (_, key) =>
        key === "__esModule" ? true : key === "default" ? defaultOf(loaded()) : loaded()[key],
      has: (_, key) => key in loaded(),
      ownKeys: () => Reflect.ownKeys(loaded()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Object.getOwnPropertyDescriptor(loaded(), key);
        return found && { ...found, configurable: true };
      },
    },
  );
}

const defaultOf = (module) => (module.__esModule ? module.default : module);

module.exports = { lazily };
