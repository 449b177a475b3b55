// The start page sends on whoever has signed in already.
import { call } from "./api.js";
import "./page.js";

try {
  const me = await call("GET", "/api/me");
  location.replace(me.kind === "patient" ? "/chat" : "/console");
} catch {
  // Not signed in, or not allowed in: the page itself says how to begin.
}
