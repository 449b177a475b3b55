// Versions of the AI: evaluated, labelled, activated, taken back. What the AI thinks of itself is shown and decides nothing.
import { call } from "./api.js";
import { byId, el, setText, t } from "./page.js";

export async function showVersions(me, attempt) {
  const supervisor = me.roles.includes("supervisor");
  const pharmacist = me.roles.includes("pharmacist");

  function act(label, name, work) {
    return el("button", { type: "button", "aria-label": `${label} ${name}`, onclick: () => {
      setText(byId("versions-status"), t("versions.working"));
      attempt(async () => {
        try {
          await work();
          await read();
        } catch (problem) {
          setText(byId("versions-status"), "");
          throw problem;
        }
        setText(byId("versions-status"), t("versions.done"));
      });
    } }, label);
  }

  function caseItem(evaluation, one) {
    const path = `/api/ai-evaluations/${evaluation.id}/cases/${one.id}/label`;
    const mayLabel = pharmacist && one.people && !one.label && evaluation.state === "awaiting_people";
    return el("li", {},
      el("p", {}, el("strong", {}, one.question)), el("p", { class: "text" }, one.answer),
      el("p", { class: "hint" }, one.broken_rules.length ? t("case.broken", { codes: one.broken_rules.join(" ") }) : t("case.holds"),
        " · ", t(`case.judged.${one.judged}`), one.label && ` · ${t(`case.labelled.${one.label}`, { name: one.labelled_by })}`),
      ...(mayLabel ? ["safe", "unsafe"].map((label) => act(t(`case.label.${label}`), one.id, () => call("PUT", path, { body: { label } }))) : []));
  }

  function item({ id, active, evaluation }) {
    return el("li", { "aria-label": id },
      el("h3", {}, id, " ", active && el("span", { class: "flag" }, t("versions.active"))),
      el("p", { class: "state" }, t(`evaluation.${evaluation ? evaluation.state : "none"}`)),
      el("ul", {}, ...(evaluation ? evaluation.cases.map((one) => caseItem(evaluation, one)) : [])),
      supervisor && act(t("versions.evaluate"), id, () => call("POST", `/api/ai-versions/${id}/evaluations`)),
      supervisor && evaluation?.state === "passed" && !active && act(t("versions.activate"), id, () => call("POST", `/api/ai-versions/${id}/activation`)));
  }

  async function read() {
    byId("versions").replaceChildren(...(await call("GET", "/api/ai-versions")).map(item));
    byId("versions-section").setAttribute("aria-busy", "false");
  }

  byId("versions-back").replaceWith(supervisor ? Object.assign(act(t("versions.back"), "", () => call("POST", "/api/ai-versions/rollback")), { id: "versions-back" }) : "");
  await read();
}
