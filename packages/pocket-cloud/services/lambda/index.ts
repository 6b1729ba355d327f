import { makeOperations, type ServiceFactory } from "../../service";
import { Asynchronous } from "./asynchronous";
import type { Lambda } from "./operation";
import * as concurrency from "./operations/concurrency";
import * as eventSourceMappings from "./operations/event-source-mappings";
import * as functions from "./operations/functions";
import * as invoke from "./operations/invoke";
import * as invokeConfig from "./operations/invoke-config";
import * as permissions from "./operations/permissions";
import * as readFunctions from "./operations/read-functions";
import * as tags from "./operations/tags";
import { Mappings } from "./polling/mappings";
import { Runtime } from "./runtime/runtime";
import { LambdaStore, parseName } from "./store";

const factories = {
  ...concurrency,
  ...eventSourceMappings,
  ...functions,
  ...invoke,
  ...invokeConfig,
  ...permissions,
  ...readFunctions,
  ...tags,
};

export const lambda: ServiceFactory<"lambda"> = (cloud) => {
  const store = new LambdaStore(cloud);
  const runtime = new Runtime(store);
  const asynchronous = new Asynchronous(store, runtime);
  const mappings = new Mappings(store, runtime);
  const service: Lambda = { cloud, store, runtime, asynchronous, mappings };
  return {
    name: "lambda",
    operations: makeOperations(factories, service),
    policyOf: (arn) => {
      const statements = store.functions.get(parseName(arn).name)?.statements ?? [];
      return statements.length > 0 ? JSON.stringify({ Statement: statements }) : undefined;
    },
    start: async () => {
      asynchronous.start();
      mappings.start();
    },
    flush: async () => {
      await mappings.flush();
      await runtime.flush();
    },
    abort: () => runtime.abort(),
    stop: async () => {
      await mappings.stop();
      await asynchronous.stop();
      await runtime.stop();
    },
  };
};
