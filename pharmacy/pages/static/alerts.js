// Which limits are passed, how each pharmacist uses the drafts, and whether the synthetic red flag comes through.
import { call } from "./api.js";
import { byId, el, setText, t, timeElement } from "./page.js";

const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });

export async function showAlerts() {
  const alerts = await call("GET", "/api/oversight/alerts");
  byId("alerts").replaceChildren(...alerts.map(({ name, state, pharmacist, value, limit, opened_at: at }) =>
    el("li", { "data-name": name, "data-state": state },
      el("strong", {}, t(`alert.${name}`)), " ",
      pharmacist && el("span", { class: "about" }, pharmacist), " ",
      el("span", { class: "flag" }, t(`alerts.${state}`)), " ",
      el("span", {}, t("alerts.value", { value, limit })), " ", timeElement(at))));
  byId("alerts-none").hidden = alerts.length > 0;
  byId("alerts-section").setAttribute("aria-busy", "false");
}

export async function showUse(me) {
  const allowed = me.roles.includes("supervisor");
  byId("use-denied").hidden = allowed;
  const rows = allowed ? await call("GET", "/api/oversight/use") : [];
  byId("use-frame").hidden = !rows.length;
  byId("use-none").hidden = !allowed || rows.length > 0;
  byId("use").replaceChildren(...rows.map((row) =>
    el("tr", {}, el("th", { scope: "row" }, row.pharmacist),
      ...[row.sent, row.unedited, percent.format(row.unedited_rate), row.approvals, row.too_fast].map((value) => el("td", {}, String(value))))));
  byId("use-section").setAttribute("aria-busy", "false");
}

export async function showCanary(me, attempt) {
  let running = false;

  function show(canary) {
    running = canary.running;
    byId("canary-state").replaceChildren(t(running ? "canary.on" : "canary.off"), " ",
      ...(canary.arrived_at ? [t("canary.arrived"), " ", timeElement(canary.arrived_at)] : []));
    setText(byId("canary-change"), t(running ? "canary.rest" : "canary.start"));
    byId("canary").setAttribute("aria-busy", "false");
  }

  byId("canary-form").hidden = !me.roles.includes("supervisor");
  byId("canary-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => show(await call("PUT", "/api/oversight/canary", { body: { running: !running, reason: byId("canary-reason").value } })));
  });
  show(await call("GET", "/api/oversight/canary"));
}
