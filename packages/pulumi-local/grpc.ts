import { type handleUnaryCall, Server, ServerCredentials, type ServiceError, status } from "@grpc/grpc-js";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type PropertyMap, withoutOutputs } from "./values";

export interface Listening {
  readonly port: number;
  close(): void;
}

/** Serves on a free loopback port. `addServices` registers the services. */
export async function listen(addServices: (server: Server) => void): Promise<Listening> {
  const server = new Server({ "grpc.max_receive_message_length": 1 << 28 });
  addServices(server);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { port, close: () => server.forceShutdown() };
}

/** A gRPC method from a function; its errors become the call's error. */
export function unary<In, Out>(handle: (request: In) => Promise<Out>): handleUnaryCall<In, Out> {
  return (call, respond) => {
    handle(call.request).then(
      (response) => respond(null, response),
      (error: unknown) => {
        const details = error instanceof Error ? error.message : String(error);
        respond({ code: status.UNKNOWN, details, message: details } as ServiceError);
      },
    );
  };
}

export const properties = (message: Struct | undefined): PropertyMap =>
  withoutOutputs((message?.toJavaScript() ?? {}) as PropertyMap);

export const struct = (map: PropertyMap): Struct =>
  Struct.fromJavaScript(map as { [key: string]: JavaScriptValue });
