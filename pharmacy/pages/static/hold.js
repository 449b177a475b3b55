// What a sign-in may have to wait for: the choice between two of them, or proof of who a patient is on a new device.
import { call } from "./api.js";
import { byId, el, showProblem, t } from "./elements.js";

function choice() {
  const problem = el("div");
  const goOn = async () => {
    try {
      await call("POST", "/api/me/session");
      location.reload();
    } catch (refusal) {
      showProblem(problem, refusal);
    }
  };
  return [problem, el("p", { class: "actions" }, el("button", { type: "button", class: "primary", onclick: goOn }, t("hold.continue")))];
}

function proof() {
  const problem = el("div");
  const birthdate = el("input", { id: "proof-birthdate", type: "date", required: true, autocomplete: "bday" });
  const identifier = el("input", { id: "proof-identifier", type: "text", required: true, maxlength: 20, autocomplete: "off" });
  const field = (input, key) => el("div", { class: "field" }, el("label", { for: input.id }, t(key)), input);
  const send = async (event) => {
    event.preventDefault();
    try {
      await call("POST", "/api/me/verification", { body: { birthdate: birthdate.value, identifier: identifier.value } });
      location.reload();
    } catch (refusal) {
      showProblem(problem, refusal);
    }
  };
  return [el("form", { onsubmit: send },
    field(birthdate, "hold.birthdate"), field(identifier, "hold.identifier"), problem,
    el("p", { class: "actions" }, el("button", { type: "submit", class: "primary" }, t("hold.verify"))))];
}

const isConsultation = () => /^\/console\/[0-9a-f]{32}$/.test(location.pathname);

function emergency() {
  const link = el("a", { href: `${location.pathname}/emergency`, class: "button" }, t("emergency.offer"));
  return isConsultation() ? [el("p", { class: "actions" }, link)] : [];
}

const WAITS_FOR = { not_found: emergency, other_session: choice, new_device: proof };

// What a person can do about a sign-in that waits for them; nothing for any other reason.
export function wayOn(reason) {
  const parts = WAITS_FOR[reason]?.() ?? [];
  if (parts.length) byId("sign-out").hidden = false;
  return parts;
}
