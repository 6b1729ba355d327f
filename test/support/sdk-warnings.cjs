// The AWS SDK warns at every start on Node 20 that later versions need Node 22. The pinned versions run on Node 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
