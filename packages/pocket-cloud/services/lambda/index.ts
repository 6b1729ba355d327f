import type { ServiceFactory } from "../../service";
import { Asynchronous } from "./asynchronous";
import type { Lambda } from "./operation";
import { createFunction } from "./operations/create-function";
import * as mappingOperations from "./operations/event-source-mappings";
import { invoke } from "./operations/invoke";
import * as invokeConfig from "./operations/invoke-config";
import * as read from "./operations/read-functions";
import * as settings from "./operations/settings";
import * as tags from "./operations/tags";
import * as update from "./operations/update-function";
import { Mappings } from "./polling/mappings";
import { Runtime } from "./runtime/runtime";
import { openStore } from "./store";

export const lambda: ServiceFactory<"lambda"> = (cloud) => {
  const store = openStore(cloud);
  const runtime = new Runtime(cloud, store);
  const asynchronous = new Asynchronous(cloud, store, runtime);
  const mappings = new Mappings(cloud, store, runtime);
  const room: Lambda = { cloud, store, runtime, asynchronous, mappings };
  return {
    name: "lambda",
    operations: {
      AddPermission: settings.addPermission(room),
      CreateEventSourceMapping: mappingOperations.createEventSourceMapping(room),
      CreateFunction: createFunction(room),
      DeleteEventSourceMapping: mappingOperations.deleteEventSourceMapping(room),
      DeleteFunction: update.deleteFunction(room),
      DeleteFunctionConcurrency: settings.deleteFunctionConcurrency(room),
      DeleteFunctionEventInvokeConfig: invokeConfig.deleteFunctionEventInvokeConfig(room),
      GetAlias: read.getAlias(room),
      GetEventSourceMapping: mappingOperations.getEventSourceMapping(room),
      GetFunction: read.getFunction(room),
      GetFunctionCodeSigningConfig: read.getFunctionCodeSigningConfig(room),
      GetFunctionConcurrency: settings.getFunctionConcurrency(room),
      GetFunctionConfiguration: read.getFunctionConfiguration(room),
      GetFunctionEventInvokeConfig: invokeConfig.getFunctionEventInvokeConfig(room),
      GetPolicy: settings.getPolicy(room),
      GetRuntimeManagementConfig: read.getRuntimeManagementConfig(room),
      Invoke: invoke(room),
      ListAliases: read.listAliases(room),
      ListEventSourceMappings: mappingOperations.listEventSourceMappings(room),
      ListFunctionEventInvokeConfigs: invokeConfig.listFunctionEventInvokeConfigs(room),
      ListFunctions: read.listFunctions(room),
      ListTags: tags.listTags(room),
      ListVersionsByFunction: read.listVersionsByFunction(room),
      PublishVersion: update.publishVersion(room),
      PutFunctionConcurrency: settings.putFunctionConcurrency(room),
      PutFunctionEventInvokeConfig: invokeConfig.putFunctionEventInvokeConfig(room),
      RemovePermission: settings.removePermission(room),
      TagResource: tags.tagResource(room),
      UntagResource: tags.untagResource(room),
      UpdateEventSourceMapping: mappingOperations.updateEventSourceMapping(room),
      UpdateFunctionCode: update.updateFunctionCode(room),
      UpdateFunctionConfiguration: update.updateFunctionConfiguration(room),
      UpdateFunctionEventInvokeConfig: invokeConfig.updateFunctionEventInvokeConfig(room),
    },
    start: async () => {
      asynchronous.start();
      mappings.start();
    },
    flush: async () => {
      await mappings.flush();
      await runtime.flush();
    },
    stop: async () => {
      await mappings.stop();
      await asynchronous.stop();
      await runtime.stop();
    },
  };
};
