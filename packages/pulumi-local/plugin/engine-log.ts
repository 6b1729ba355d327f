import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Shows messages in the output of Pulumi's CLI, once its engine's address is known. */
export class EngineLog {
  #client: EngineClient | undefined;

  connect(address: string): void {
    if (!/^[\w.-]+:\d+$/.test(address)) return;
    this.#client?.close();
    this.#client = new EngineClient(address, credentials.createInsecure());
  }

  readonly warn = (message: string): void => {
    const request = new LogRequest().setSeverity(LogSeverity.WARNING).setMessage(message);
    // A message that cannot be shown must not fail the operation.
    this.#client?.log(request, () => {});
  };
}
