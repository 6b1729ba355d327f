import { InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import * as resource from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { listen, properties, struct, unary } from "./grpc";
import type { Registered, Registration } from "./registration";
import type { PropertyMap } from "./values";

/** The requests of a running program, without gRPC. */
export interface Engine {
  register(request: Omit<Registration, "urn">): Promise<Registered & { urn: string }>;
  registerOutputs(urn: string, outputs: PropertyMap): void;
  invoke(token: string, args: PropertyMap, provider: string): Promise<PropertyMap>;
}

/** Optional protocol features. Without "aliasSpecs" the runtime sends every alias as a complete URN. */
const FEATURES: ReadonlySet<string> = new Set(["secrets"]);

export interface Monitor {
  readonly address: string;
  close(): void;
}

/** Serves the gRPC resource monitor that Pulumi's language runtime calls. */
export async function serveMonitor(engine: Engine): Promise<Monitor> {
  const { port, close } = await listen((server) =>
    server.addService(ResourceMonitorService, {
      supportsFeature: unary(async (request: resource.SupportsFeatureRequest) =>
        new resource.SupportsFeatureResponse().setHassupport(FEATURES.has(request.getId())),
      ),
      registerResource: unary(async (request: resource.RegisterResourceRequest) => {
        const { urn, id, outputs } = await engine.register(registrationOf(request));
        return new resource.RegisterResourceResponse().setUrn(urn).setId(id).setObject(struct(outputs));
      }),
      registerResourceOutputs: unary(async (request: resource.RegisterResourceOutputsRequest) => {
        engine.registerOutputs(request.getUrn(), properties(request.getOutputs()));
        return new Empty();
      }),
      invoke: unary(async (request: resource.ResourceInvokeRequest) => {
        const result = await engine.invoke(
          request.getTok(),
          properties(request.getArgs()),
          request.getProvider(),
        );
        return new InvokeResponse().setReturn(struct(result));
      }),
      signalAndWaitForShutdown: unary(async () => new Empty()),
    }),
  );
  return { address: `127.0.0.1:${port}`, close };
}

function registrationOf(request: resource.RegisterResourceRequest): Omit<Registration, "urn"> {
  const propertyDependencies: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((value, key) => {
    propertyDependencies[key] = value.getUrnsList();
  });
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs: properties(request.getObject()),
    dependencies: [...request.getDependenciesList()].sort(),
    propertyDependencies,
    provider: request.getProvider(),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    aliases: request.getAliasurnsList(),
    secretOutputs: request.getAdditionalsecretoutputsList(),
  };
}
