// What others have read of the branch's consultations in an emergency; for the supervisor.
import { call } from "./api.js";
import { byId, denyPage, el, onSignOut, showProblem, signedIn, timeElement } from "./page.js";

const me = await signedIn("staff");
if (me) {
  onSignOut();
  try {
    for (const { thread_id: id, opened_by: name, reason, opened_at: from, until } of await call("GET", "/api/emergency-access")) {
      byId("rows").append(el("tr", {},
        el("th", { scope: "row" }, name), el("td", {}, el("a", { href: `/console/${id}` }, id)), el("td", {}, reason),
        el("td", {}, timeElement(from)), el("td", {}, timeElement(until))));
    }
    byId("empty").hidden = byId("rows").childElementCount > 0;
    byId("emergencies").setAttribute("aria-busy", "false");
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (!denyPage(problem)) showProblem(byId("problem"), problem);
  }
}
