import type { ServiceFactory } from "../../service";
import * as operations from "./operations";
import { ParameterStore } from "./store";

export const ssm: ServiceFactory<"ssm"> = (cloud) => {
  const store = new ParameterStore(cloud);
  return {
    name: "ssm",
    operations: {
      AddTagsToResource: operations.addTagsToResource(store),
      DeleteParameter: operations.deleteParameter(store),
      DeleteParameters: operations.deleteParameters(store),
      DescribeParameters: operations.describeParameters(store),
      GetParameter: operations.getParameter(store),
      GetParameterHistory: operations.getParameterHistory(store),
      GetParameters: operations.getParameters(store),
      GetParametersByPath: operations.getParametersByPath(store),
      ListTagsForResource: operations.listTagsForResource(store),
      PutParameter: operations.putParameter(store),
      RemoveTagsFromResource: operations.removeTagsFromResource(store),
    },
  };
};
