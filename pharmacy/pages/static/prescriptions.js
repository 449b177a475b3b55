// The prescriptions of the branch, and receiving another one.
import { call } from "./api.js";
import { byId, denyPage, el, onSignOut, setText, showProblem, signedIn, t } from "./page.js";
import { itemFields, readItems } from "./prescription_items.js";

function row(view) {
  return el("tr", {},
    el("th", { scope: "row" }, el("a", { href: `/console/prescriptions/${view.id}` }, view.patient_name)),
    el("td", {}, t(`rx.state.${view.state}`)), el("td", {}, view.issued_on), el("td", {}, view.last_day),
    el("td", {}, t(`rx.medium.${view.medium}`)));
}

async function show() {
  try {
    const views = await call("GET", "/api/prescriptions");
    byId("rows").replaceChildren(...views.map(row));
    byId("empty").hidden = views.length > 0;
    byId("list").setAttribute("aria-busy", "false");
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (!denyPage(problem)) showProblem(byId("problem"), problem);
  }
}

function received(form) {
  const value = (name) => form.elements[name].value || null;
  const body = Object.fromEntries(
    ["patient", "medium", "redemption_number", "institution", "prescriber", "visit", "change", "issued_on", "valid_until"]
      .map((name) => [name, value(name)]));
  return { ...body, uses: Number(form.elements.uses.value), items: readItems(byId("items")) };
}

function offerReceiving() {
  const form = byId("receive-form");
  byId("receive").hidden = false;
  byId("items").replaceChildren(itemFields());
  byId("add-item").addEventListener("click", () => byId("items").append(itemFields()));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    setText(byId("receive-status"), "");
    try {
      const view = await call("POST", "/api/prescriptions", { body: received(form) });
      showProblem(byId("problem"));
      form.reset();
      byId("items").replaceChildren(itemFields());
      byId("receive-status").dataset.id = view.id;
      setText(byId("receive-status"), t("rx.received", { name: view.patient_name }));
      await show();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      showProblem(byId("problem"), problem);
    }
  });
}

const me = await signedIn("staff");
if (me) {
  onSignOut();
  if (me.roles.some((role) => role === "pharmacist" || role === "clerk")) offerReceiving();
  show();
}
