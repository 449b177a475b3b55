// When the pharmacy cannot be relied upon: whom to phone, shown until it works again.
import { byId } from "./page.js";

const troubles = new Set();

export function trouble(what, exists) {
  const before = troubles.size;
  if (exists) troubles.add(what);
  else troubles.delete(what);
  if (!before && troubles.size) byId("fallback").append(byId("fallback-words").content.cloneNode(true));
  else if (before && !troubles.size) byId("fallback").replaceChildren();
}

// Reading may work where writing does not: each is its own trouble.
addEventListener("pharmacy-call", ({ detail: { method, failed } }) => trouble(method === "GET" ? "reading" : "writing", failed));
