import { alreadyExists, notFound } from "../errors";
import { type Make, pageOf } from "../operation";

export const CreateSecurityConfiguration: Make<"CreateSecurityConfiguration"> = (store) => ({
  run: ({ Name = "", EncryptionConfiguration }) => {
    if (store.securityConfigurations.has(Name))
      throw alreadyExists(`SecurityConfiguration with name: ${Name} already exists`);
    const CreatedTimeStamp = store.now();
    store.securityConfigurations.set(Name, { Name, CreatedTimeStamp, EncryptionConfiguration });
    return { Name, CreatedTimestamp: CreatedTimeStamp };
  },
});

export const GetSecurityConfiguration: Make<"GetSecurityConfiguration"> = (store) => ({
  run: ({ Name = "" }) => {
    const found = store.securityConfigurations.get(Name);
    if (!found) throw missing(Name);
    return { SecurityConfiguration: found };
  },
});

export const GetSecurityConfigurations: Make<"GetSecurityConfigurations"> = (store) => ({
  run: (input) => {
    const { page, ...next } = pageOf(store.securityConfigurations.values(), input);
    return { SecurityConfigurations: page, ...next };
  },
});

export const DeleteSecurityConfiguration: Make<"DeleteSecurityConfiguration"> = (store) => ({
  run: ({ Name = "" }) => {
    if (!store.securityConfigurations.delete(Name)) throw missing(Name);
    return {};
  },
});

const missing = (name: string) => notFound(`SecurityConfiguration with name: ${name} not found`);
