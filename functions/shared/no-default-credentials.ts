/** Stands in for the SDK's chain of credential providers in the bundles: see `clientConfig`. */
export const defaultProvider = () => async (): Promise<never> => {
  throw new Error("no credentials: a function's clients take the role's, from the environment");
};
