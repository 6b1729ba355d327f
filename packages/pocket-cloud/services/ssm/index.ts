import type { ServiceFactory } from "../../service";
import * as deleteParameters from "./operations/delete-parameters";
import * as describeParameters from "./operations/describe-parameters";
import * as getParameters from "./operations/get-parameters";
import * as putParameter from "./operations/put-parameter";
import * as tags from "./operations/tags";
import { ParameterStore } from "./store";

export const ssm: ServiceFactory<"ssm"> = (cloud) => {
  const store = new ParameterStore(cloud);
  return {
    name: "ssm",
    operations: {
      AddTagsToResource: tags.addTagsToResource(store),
      DeleteParameter: deleteParameters.deleteParameter(store),
      DeleteParameters: deleteParameters.deleteParameters(store),
      DescribeParameters: describeParameters.describeParameters(store),
      GetParameter: getParameters.getParameter(store),
      GetParameterHistory: describeParameters.getParameterHistory(store),
      GetParameters: getParameters.getParameters(store),
      GetParametersByPath: getParameters.getParametersByPath(store),
      ListTagsForResource: tags.listTagsForResource(store),
      PutParameter: putParameter.putParameter(store),
      RemoveTagsFromResource: tags.removeTagsFromResource(store),
    },
  };
};
