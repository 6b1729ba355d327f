/** What the reports use of the SDK, and no more: a bundle of them carries only this. */
export {
  AthenaClient,
  GetWorkGroupCommand,
} from "@aws-sdk/client-athena";
