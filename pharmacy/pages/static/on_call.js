// Who was called about a red flag, and saying that one has seen it.
import { call } from "./api.js";
import { byId, el, setText, t, timeElement } from "./page.js";

export function offerAcknowledging(path, attempt, onDone) {
  byId("on-call-acknowledge").addEventListener("click", () => attempt(async () => {
    await call("POST", `${path}/page/acknowledgement`);
    await onDone();
  }));
}

// `page` is the newest page about the thread, or null; `mayAcknowledge` says whether this person's role allows it.
export function showOnCall(page, mayAcknowledge) {
  byId("on-call").hidden = !page;
  if (!page) return;
  setText(byId("on-call-state"), t(`on_call.state.${page.state}`, { name: page.acknowledged_by }));
  byId("on-call-calls").replaceChildren(
    ...page.calls.map((made) => el("li", {}, timeElement(made.called_at), " ", el("span", {}, t(`on_call.to.${made.recipient}`)))));
  byId("on-call-acknowledge").hidden = !mayAcknowledge || page.state !== "calling";
}
