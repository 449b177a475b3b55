// Who the patient is and what must be known before anything is answered.
import { el, t, todayInJapan, tOr } from "./page.js";

function fact(key, ...content) {
  const id = `fact-${key}`;
  return el("div", { class: `fact ${key}`, role: "group", "aria-labelledby": id }, el("h3", { id }, t(key.includes(".") ? key : `thread.${key}`)), ...content);
}

// An empty list says "none" only when the patient has said so.
function list(items, known) {
  if (items.length) return el("ul", {}, ...items.map((item) => el("li", {}, item)));
  return el("p", { class: "none" }, t(known ? "thread.none" : "thread.unfilled"));
}

// Years completed on a day, both as "2026-01-31" in Japan.
function age(birthdate, today = todayInJapan()) {
  return today.slice(0, 4) - birthdate.slice(0, 4) - (today.slice(5) < birthdate.slice(5) ? 1 : 0);
}

let shown = "";

// Draws the facts when they are others than before: nobody's selection or reading is disturbed for nothing.
export function showFacts(place, { patient, chart, urgency, red_flag, needs_check }) {
  const facts = JSON.stringify([patient, chart, urgency, red_flag, needs_check]);
  if (facts === shown) return;
  shown = facts;
  const flags = Object.entries({ red_flag, needs_check }).filter(([, raised]) => raised).map(([flag]) => flag);
  place.replaceChildren(
    fact("name", el("p", { class: "strong" }, patient.name)),
    fact("birthdate", el("p", {}, patient.birthdate, " ", el("span", { class: "age" }, t("thread.age", { age: age(patient.birthdate) })))),
    fact("identifier", el("p", {}, patient.identifier)),
    fact("queue.urgency", el("p", {}, el("span", { class: `urgency ${urgency}` }, tOr(`urgency.${urgency}`, urgency)),
      ...flags.flatMap((flag) => [" ", el("span", { class: "flag" }, t(`flag.${flag}`))]))),
    fact("chart.allergies", list(chart.allergies, chart.updated_at)),
    fact("chart.medicines", list(chart.medicines, chart.updated_at)),
    fact("chart.pregnancy", el("p", {}, t(`chart.pregnancy.${chart.pregnancy}`))),
  );
  place.setAttribute("aria-busy", "false");
}
