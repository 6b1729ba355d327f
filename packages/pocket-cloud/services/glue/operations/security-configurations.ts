import { alreadyExists, notFound } from "../errors";
import type { Make } from "../operation";
import { pageOf } from "../pages";

export const createSecurityConfiguration: Make<"CreateSecurityConfiguration"> = (store) => ({
  run: ({ Name = "", EncryptionConfiguration }) => {
    if (store.securityConfigurations.has(Name))
      throw alreadyExists(`SecurityConfiguration with name: ${Name} already exists`);
    const CreatedTimeStamp = store.now();
    store.securityConfigurations.set(Name, { Name, CreatedTimeStamp, EncryptionConfiguration });
    return { Name, CreatedTimestamp: CreatedTimeStamp };
  },
});

export const getSecurityConfiguration: Make<"GetSecurityConfiguration"> = (store) => ({
  run: ({ Name = "" }) => {
    const found = store.securityConfigurations.get(Name);
    if (!found) throw missing(Name);
    return { SecurityConfiguration: found };
  },
});

export const getSecurityConfigurations: Make<"GetSecurityConfigurations"> = (store) => ({
  run: (input) => {
    const { page, ...next } = pageOf(store.securityConfigurations.values(), input);
    return { SecurityConfigurations: page, ...next };
  },
});

export const deleteSecurityConfiguration: Make<"DeleteSecurityConfiguration"> = (store) => ({
  run: ({ Name = "" }) => {
    if (!store.securityConfigurations.delete(Name)) throw missing(Name);
    return {};
  },
});

const missing = (name: string) => notFound(`SecurityConfiguration with name: ${name} not found`);
