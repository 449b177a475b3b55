// The patient's visits by video, and those of a child whom they speak for: what to accept, whom they meet, the way in.
import { call } from "./api.js";
import { byId, denyPage, el, listed, onSignOut, showProblem, signedIn, t, tOr } from "./page.js";

const language = document.documentElement.lang;

function visits(me) {
  // Runs one act and reads anew; a refusal is said in words and the page stays as it is.
  async function attempt(act) {
    showProblem(byId("problem"));
    try {
      await act();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      showProblem(byId("problem"), problem);
    }
  }

  const answer = (guidance, accepted) => attempt(async () => {
    await call("POST", `/api/guidances/${guidance.id}/notice`, { body: { version: guidance.notice.version, accepted } });
    await read();
  });

  const join = (guidance, place) => attempt(async () => {
    const body = { pharmacist_licence: guidance.pharmacist_licence };
    const way = await call("POST", `/api/guidances/${guidance.id}/join`, { body });
    place.replaceChildren(
      el("p", {}, t("guidance.call.id"), " ", el("strong", { class: "meeting-id" }, way.meeting_id)),
      el("p", {}, t("guidance.call.passcode"), " ", el("strong", { class: "passcode" }, way.passcode)),
      el("p", { class: "actions" }, el("a", { class: "button primary", href: way.join_url }, t("guidance.call.open"))));
  });

  function notice(guidance) {
    const items = ["leak_risk", "responsibility", "basis"];
    return el("section", { class: "notice", "aria-label": t("guidance.notice") },
      el("p", {}, t("guidance.notice.lead")),
      ...items.flatMap((item) => [el("h3", {}, t(`guidance.notice.${item}`)), el("p", {}, guidance.notice[item][language])]),
      el("p", { class: "hint version" }, t("guidance.notice.version", { version: guidance.notice.version })));
  }

  function next(guidance) {
    const own = guidance.thread_id === me.thread_id;
    if (guidance.state === "planned" && own && guidance.minor) return [notice(guidance), el("p", {}, t("guidance.guardian_first"))];
    if (guidance.state === "planned") {
      return [notice(guidance), el("p", { class: "actions" },
        el("button", { type: "button", class: "primary", onclick: () => answer(guidance, true) }, t("guidance.accept")),
        el("button", { type: "button", onclick: () => answer(guidance, false) }, t("guidance.refuse")))];
    }
    if (guidance.state !== "in_call") return [];
    const way = el("div", { role: "group", "aria-label": t("guidance.call") });
    way.append(el("button", { type: "button", class: "primary", onclick: () => join(guidance, way) }, t("guidance.join")));
    return [way];
  }

  function shown(guidance) {
    const heading = el("h2", { id: `guidance-${guidance.id}` }, t("guidance.of", { name: guidance.patient_name }));
    return el("article", { class: "card", "aria-labelledby": heading.id },
      heading,
      el("p", { role: "status", class: "state", "data-state": guidance.state }, t(`guidance.state.${guidance.state}`)),
      el("p", { class: "pharmacist" }, t("guidance.pharmacist", { name: guidance.pharmacist_name, licence: guidance.pharmacist_licence })),
      guidance.medicines.length > 0 && el("p", {}, t("guidance.medicines", { names: listed(guidance.medicines) })),
      guidance.state === "broken_off" && el("p", {}, tOr(`guidance.why.${guidance.end_reason}`, t("guidance.why.other"))),
      ...next(guidance));
  }

  // Who is of age decides whether a former guardian may go on.
  function showGuardians({ minor, guardians }) {
    byId("guardians-section").hidden = minor || !guardians.length;
    byId("guardians").replaceChildren(...guardians.map((guardian) => el("li", {},
      el("strong", {}, guardian.guardian_name), " ",
      t(guardian.holds ? "guardian.holds" : "guardian.ended"), " ",
      el("button", { type: "button", onclick: () => settle(guardian, !guardian.holds) },
        t(guardian.holds ? "guardian.end" : "guardian.consent")))));
  }

  const settle = (guardian, consented) => attempt(async () => {
    await call("PUT", `/api/me/guardians/${guardian.id}`, { body: { consented } });
    await read();
  });

  async function read() {
    const [guidances, guardians] = await Promise.all([
      call("GET", "/api/me/guidances"),
      call("GET", `/api/threads/${me.thread_id}/guardians`),
    ]);
    byId("guidances").replaceChildren(...guidances.map(shown));
    byId("none").hidden = guidances.length > 0;
    showGuardians(guardians);
    byId("content").setAttribute("aria-busy", "false");
  }

  onSignOut();
  byId("refresh").addEventListener("click", () => attempt(read));
  return attempt(async () => {
    try {
      await read();
    } catch (problem) {
      if (!("status" in problem) || !denyPage(problem)) throw problem;
    }
  });
}

const me = await signedIn("patient");
if (me) await visits(me);
