// The little of htmx that is used here, typed; the package itself is found by the bundler.
declare module "htmx.org" {
  const htmx: {
    config: Record<string, unknown>;
  };
  export default htmx;
}
