/**
 * Lets the mocha suites of kinesalite and dynalite test pocket-cloud: their helper file requires the server under test as
 * ".." and gets a cloud that listens at the port it asks for.
 */
const Module = require("node:module");
const { join } = require("node:path");

// A test of dynalite's sends several requests, and each wrong answer throws by itself: mocha would break off the run when the
// second arrives in a test that has passed.
require(join(process.cwd(), "node_modules/mocha/lib/runner.js")).prototype.abort = function () {
  return this;
};

const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const fromHelpers = /[/\\]test[/\\]helpers\.js$/.test(parent?.filename ?? "");
  if (fromHelpers && request === "..") return createServer;
  const loaded = load.call(this, request, parent, ...rest);
  return fromHelpers && request === "aws4" ? { ...loaded, sign } : loaded;

  /** Names the service and region, which aws4 reads from the host's name otherwise. */
  function sign(options, ...more) {
    options.service ??= process.env.PEER_SERVICE;
    options.region ??= "us-east-1";
    return loaded.sign(options, ...more);
  }
};

function createServer() {
  let cloud;
  return {
    listen(port, done) {
      const { startCloud } = require("../../index");
      startCloud({
        port,
        administratorKeys: {
          accessKeyId: process.env.AWS_ACCESS_KEY_ID,
          secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
        },
      }).then((started) => {
        cloud = started;
        done();
      }, done);
    },
    close(done) {
      cloud.stop().then(() => done(), done);
    },
  };
}
