// Starts the islands. Every page works without them.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  allowEval: false,
  historyCacheSize: 0,
});
