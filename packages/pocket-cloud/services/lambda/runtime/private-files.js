/**
 * Keeps a function's code from reading the cloud's state directory, which contains the administrator's keys, through
 * node:fs and require. It is no sandbox: functions are threads of the cloud's process, so code that starts a process,
 * uses Node's internal bindings, loads a native module or imports a file as an ES module can still read what the user
 * of the process can read. Only a container or another user would prevent that.
 */
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const { basename, dirname, join, sep } = require("node:path");
const { fileURLToPath } = require("node:url");

const realpath = fs.realpathSync.native;

/** Functions that reveal no content. The module loader uses them for every file. */
const UNGUARDED = /^(exists|stat|lstat|access|realpath|write|writev)(Sync)?$/;
/** Functions whose second argument is a path too. */
const TWO_PATHS = /^(copyFile|cp|link|symlink|rename)(Sync)?$/;

/** Refuses paths in `stateDir` except those in `root`, the function's own code. */
function protect(stateDir, root) {
  const state = realpath(stateDir);
  const own = realpath(root);
  const within = (path, dir) => path === dir || path.startsWith(dir + sep);
  const check = (argument, name) => {
    const path = textOf(argument);
    if (path === undefined) return;
    const real = resolved(path);
    if (!within(real, state) || within(real, own)) return;
    const message = `EACCES: permission denied, ${name} '${path}'`;
    throw Object.assign(new Error(message), { errno: -13, code: "EACCES", syscall: name, path });
  };
  guard(fs, check, false);
  guard(fs.promises, check, true);
  syncBuiltinESMExports();
}

function guard(api, check, rejects) {
  for (const [name, value] of Object.entries(api)) {
    if (typeof value !== "function" || UNGUARDED.test(name)) continue;
    const checked = (args) => {
      for (const argument of args.slice(0, TWO_PATHS.test(name) ? 2 : 1)) check(argument, name);
    };
    api[name] = new Proxy(value, {
      apply: (target, self, args) => {
        try {
          checked(args);
        } catch (error) {
          if (rejects) return Promise.reject(error);
          const callback = args.at(-1);
          if (name.endsWith("Sync") || typeof callback !== "function") throw error;
          return void process.nextTick(callback, error);
        }
        return Reflect.apply(target, self, args);
      },
    });
  }
}

/** A path argument as text; undefined for file descriptors. */
function textOf(argument) {
  if (typeof argument === "string") return argument;
  if (argument instanceof URL) return argument.protocol === "file:" ? fileURLToPath(argument) : undefined;
  return Buffer.isBuffer(argument) ? argument.toString() : undefined;
}

/** The path without links; what does not exist yet is looked up by its folder. */
function resolved(path) {
  try {
    return realpath(path);
  } catch (error) {
    const folder = dirname(path);
    return error.code === "ENOENT" && folder !== path ? join(resolved(folder), basename(path)) : path;
  }
}

module.exports = { protect };
