import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type Listening, listen, properties, struct, unary } from "../grpc";
import type { ChangeKind } from "./difference";
import type { EngineLog } from "./engine-log";
import type { AwsPlugin, Difference, Recorded } from "./plugin";

/** Serves the gRPC resource provider that Pulumi's engine calls. */
export function servePlugin(
  plugin: AwsPlugin,
  version: string,
  engine: Pick<EngineLog, "connect"> = { connect: () => {} },
): Promise<Listening> {
  return listen((server) =>
    server.addService(ResourceProviderService, {
      handshake: unary(async () =>
        new proto.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptOutputs(false),
      ),
      attach: unary(async (request: PluginAttach) => {
        engine.connect(request.getAddress());
        return new Empty();
      }),
      cancel: unary(async () => new Empty()),
      getPluginInfo: unary(async () => new PluginInfo().setVersion(version)),
      checkConfig: unary(async (request: proto.CheckRequest) =>
        new proto.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: unary(async () =>
        new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_UNKNOWN),
      ),
      configure: unary(async (request: proto.ConfigureRequest) => {
        await plugin.configure(properties(request.getArgs()));
        return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
      }),
      invoke: unary(async (request: proto.InvokeRequest) => {
        const result = plugin.invoke(request.getTok(), properties(request.getArgs()));
        return new proto.InvokeResponse().setReturn(struct(result));
      }),
      check: unary(async (request: proto.CheckRequest) => {
        const seed = Buffer.from(request.getRandomseed_asU8()).toString("hex");
        const inputs = plugin.check(
          request.getUrn(),
          properties(request.getOlds()),
          properties(request.getNews()),
          seed,
        );
        return new proto.CheckResponse().setInputs(struct(inputs));
      }),
      diff: unary(async (request: proto.DiffRequest) =>
        diffResponse(plugin.diff(recordedIn(request), properties(request.getNews()))),
      ),
      create: unary(async (request: proto.CreateRequest) => {
        const inputs = properties(request.getProperties());
        const { id, outputs } = request.getPreview()
          ? { id: "", outputs: plugin.planned(request.getUrn(), inputs) }
          : await plugin.create(request.getUrn(), inputs);
        return new proto.CreateResponse().setId(id).setProperties(struct(outputs));
      }),
      read: unary(async (request: proto.ReadRequest) => {
        const found = await plugin.read({
          urn: request.getUrn(),
          id: request.getId(),
          inputs: properties(request.getInputs()),
          outputs: properties(request.getProperties()),
        });
        const response = new proto.ReadResponse();
        return found
          ? response.setId(found.id).setProperties(struct(found.outputs)).setInputs(struct(found.inputs))
          : response;
      }),
      update: unary(async (request: proto.UpdateRequest) => {
        const news = properties(request.getNews());
        const recorded = recordedIn(request);
        const outputs = request.getPreview()
          ? plugin.updated(recorded, news)
          : await plugin.update(recorded, news);
        return new proto.UpdateResponse().setProperties(struct(outputs));
      }),
      delete: unary(async (request: proto.DeleteRequest) => {
        await plugin.delete({
          urn: request.getUrn(),
          id: request.getId(),
          inputs: properties(request.getOldInputs()),
          outputs: properties(request.getProperties()),
        });
        return new Empty();
      }),
    }),
  );
}

const recordedIn = (request: proto.DiffRequest | proto.UpdateRequest): Recorded => ({
  urn: request.getUrn(),
  id: request.getId(),
  inputs: properties(request.getOldInputs()),
  outputs: properties(request.getOlds()),
});

const { Kind } = proto.PropertyDiff;

const KINDS: Readonly<
  Record<ChangeKind, { readonly kept: proto.PropertyDiff.Kind; readonly replaced: proto.PropertyDiff.Kind }>
> = {
  add: { kept: Kind.ADD, replaced: Kind.ADD_REPLACE },
  delete: { kept: Kind.DELETE, replaced: Kind.DELETE_REPLACE },
  update: { kept: Kind.UPDATE, replaced: Kind.UPDATE_REPLACE },
};

function diffResponse({ changes, replaces, deleteBeforeReplace }: Difference): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(changes.size === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...new Set([...changes.keys()].map((path) => path.split(/[.[]/)[0] ?? path))])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, kind] of changes) {
    const isReplaced = replaces.some(
      (each) => path === each || (/^[.[]/.test(path.slice(each.length)) && path.startsWith(each)),
    );
    const { kept, replaced } = KINDS[kind];
    // tagsAll is an output: it follows the provider's default tags.
    const change = new proto.PropertyDiff().setInputdiff(!path.startsWith("tagsAll"));
    response.getDetaileddiffMap().set(path, change.setKind(isReplaced ? replaced : kept));
  }
  return response;
}
