// The pharmacy's API by fetch. Every refusal, also silence, becomes a Problem.
import { texts } from "./texts.js";

export const LOCKED = "locked"; // said on the window when an answer tells that the session is
const PATIENCE = 15_000; // milliseconds until an answer counts as not given

export class Problem extends Error {
  // `status` is 0 when the pharmacy could not be reached at all.
  constructor(status, { code = "unknown", title, title_en } = {}) {
    const inEnglish = document.documentElement.lang === "en";
    super((inEnglish ? title_en : title) || title || texts[`problem.${code}`] || texts["problem.unknown"]);
    this.status = status;
    this.code = code;
  }
}

// Silence and the pharmacy's own failures are told to whoever on the page listens, refusals are not.
export async function call(method, path, options = {}) {
  const tell = (failed) => dispatchEvent(new CustomEvent("pharmacy-call", { detail: { method, failed } }));
  try {
    const answer = await ask(method, path, options);
    tell(false);
    return answer;
  } catch (problem) {
    if (!problem.status || problem.status >= 500) tell(true);
    throw problem;
  }
}

async function ask(method, path, { body, key }) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-Pharmacy-Request"] = "1";
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let response;
  let text;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    text = await response.text();
  } catch {
    throw new Problem(0, { code: "unreachable" });
  }
  let answer;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    throw new Problem(response.status);
  }
  if (answer?.code === "session_locked") dispatchEvent(new Event(LOCKED));
  if (!response.ok) throw new Problem(response.status, answer ?? {});
  return answer;
}

// Ends the session. The answer leads to another document, which is not followed here.
export async function signOut() {
  let response;
  try {
    response = await fetch("/sign-out", { method: "POST", headers: { "X-Pharmacy-Request": "1" }, redirect: "manual" });
  } catch {
    throw new Problem(0, { code: "unreachable" });
  }
  if (!response.ok && response.type !== "opaqueredirect") throw new Problem(response.status);
}

// A key that nobody else makes. crypto.randomUUID exists on secure origins only, this everywhere.
export function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
