// The patient's own prescriptions, where each stands, and what the pharmacist must know.
import { offerBackground } from "./background.js";
import { call } from "./api.js";
import { byId, denyPage, el, onSignOut, showProblem, signedIn, t } from "./page.js";
import { itemText } from "./prescription_items.js";

function card(view) {
  return el("li", { class: "card", "data-id": view.id },
    el("p", {}, el("strong", { class: "state" }, t(`rx.state.${view.state}`)), ` ${view.institution} ${view.issued_on}`),
    el("ul", {}, ...view.items.map((item) => el("li", {}, itemText(item)))),
    el("p", {}, t("rx.usable_until", { day: view.last_day })));
}

async function show() {
  try {
    const views = await call("GET", "/api/prescriptions");
    byId("mine").replaceChildren(...views.map(card));
    byId("empty").hidden = views.length > 0;
    if (views.length) {
      const path = `/api/prescriptions/${views[0].id}`;
      offerBackground(path, await call("GET", `${path}/background`), { mayRecord: true, onSaved: async () => {} });
    }
    byId("mine").setAttribute("aria-busy", "false");
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (!denyPage(problem)) showProblem(byId("problem"), problem);
  }
}

if (await signedIn("patient")) {
  onSignOut();
  show();
}
