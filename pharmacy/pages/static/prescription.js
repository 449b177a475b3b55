// One prescription: what it says, what the review finds, and the steps that are possible now.
import { offerBackground } from "./background.js";
import { call } from "./api.js";
import { byId, denyPage, el, onSignOut, setText, showProblem, signedIn, t, timeElement } from "./page.js";
import { itemFields, itemText, readItems } from "./prescription_items.js";

const id = location.pathname.split("/").pop();
const path = `/api/prescriptions/${id}`;
const SIMPLE = { review: "review", dispense: "dispensing" }; // steps that need no words
const REASONED = { refuse: "refusal", recall: "recall" }; // steps that need a reason

function fact(key, value) {
  return value ? [el("dt", {}, t(`rx.${key}`)), el("dd", {}, value)] : [];
}

function findingText({ code, drug, against, source, found, limit }) {
  const dose = limit === null ? "" : t("rx.finding.dose", { found, limit });
  return [t(`rx.finding.${code}`), drug, against && t("rx.finding.against", { against, source: source ? t(`rx.source.${source}`) : "" }), dose]
    .filter(Boolean).join(" ");
}

function inquiryItem({ question, opened_by: by, answer, doctor, answered_at: at, outcome }) {
  const told = answer === null
    ? el("p", {}, t("rx.waiting"))
    : el("p", {}, `${t(`rx.outcome.${outcome}`)} `, el("q", { class: "answer" }, answer), " ",
      el("span", { class: "doctor" }, doctor), " ", el("span", { class: "at" }, timeElement(at)));
  return el("li", {}, el("p", {}, `${by} `, el("q", { class: "question" }, question)), told);
}

function recordItem(line) {
  return el("li", {},
    el("p", {}, timeElement(line.dispensed_at), ` ${line.pharmacist} / ${line.institution} ${line.prescriber}`),
    el("ul", {}, ...line.items.map((item) => el("li", {}, itemText(item)))),
    el("ul", { class: "inquiries" }, ...line.inquiries.map(inquiryItem)),
    line.voided_at && el("p", { class: "flag" }, t("rx.voided", { reason: line.voided_because })));
}

function page(me) {
  const clinical = me.roles.some((role) => role === "pharmacist" || role === "supervisor");
  const pharmacist = me.roles.includes("pharmacist");
  let items = [];

  async function act(step, body) {
    try {
      await call("POST", `${path}/${step}`, { body });
      await show();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      await show();
      showProblem(byId("problem"), problem);
    }
  }

  function offer(review) {
    const blocked = review.findings.some(({ needs, settled }) => needs !== "look" && !settled);
    const may = (step) => pharmacist && review.steps.includes(step) && !(step === "dispense" && blocked);
    byId("steps").replaceChildren(...Object.keys(SIMPLE).filter(may).map((step) =>
      el("button", { type: "button", class: "primary", onclick: () => act(SIMPLE[step]) }, t(`rx.step.${step}`))));
    const reasoned = Object.keys(REASONED).filter(may);
    byId("reasoned-steps").replaceChildren(...reasoned.map((step) =>
      el("button", { type: "button", onclick: () => act(REASONED[step], { reason: byId("reason").value }) }, t(`rx.step.${step}`))));
    byId("reason-form").hidden = !reasoned.length;
    byId("inquiry-form").hidden = !may("inquire");
    byId("answer-form").hidden = !may("answer");
  }

  function showReview(review) {
    byId("review").hidden = false;
    byId("findings").replaceChildren(...review.findings.map((one) =>
      el("li", { "data-code": one.code, "data-drug": one.drug, "data-against": one.against, "data-source": one.source, class: one.needs === "look" || one.settled ? "" : "alert" }, findingText(one), " ",
        el("span", { class: "mark" }, t(one.settled ? "rx.needs.settled" : `rx.needs.${one.needs}`)))));
    byId("findings-none").hidden = review.findings.length > 0;
    byId("record-section").hidden = !review.dispensings.length;
    byId("record").replaceChildren(...review.dispensings.map(recordItem));
    offer(review);
  }

  async function show() {
    try {
      const [view, review, background] = await Promise.all([
        call("GET", path),
        clinical ? call("GET", `${path}/review`) : null,
        clinical ? call("GET", `${path}/background`) : null,
      ]);
      items = view.items;
      setText(byId("title"), t("rx.of", { name: view.patient_name }));
      byId("to-delivery").href = `/console/prescriptions/${view.id}/delivery`;
      byId("to-delivery").hidden = !clinical;
      byId("facts").replaceChildren(
        ...fact("birthdate", view.patient_birthdate), ...fact("patient.number", view.patient_identifier),
        ...fact("medium", t(`rx.medium.${view.medium}`)), ...fact("redemption_number", view.redemption_number),
        ...fact("institution", view.institution), ...fact("prescriber", view.prescriber),
        ...fact("visit", t(`rx.visit.${view.visit}`)), ...fact("change", t(`rx.change.${view.change}`)),
        ...fact("issued_on", view.issued_on), ...fact("last_day", view.last_day),
        el("dt", {}, t("rx.guided")), el("dd", { id: "guided" }, t(view.guided ? "rx.guided.yes" : "rx.guided.no")));
      byId("items").replaceChildren(...items.map((item) => el("li", {}, itemText(item))));
      byId("inquiries-section").hidden = !view.inquiries.length;
      byId("inquiries").replaceChildren(...view.inquiries.map(inquiryItem));
      if (review) showReview(review);
      if (background) offerBackground(path, background, { mayRecord: pharmacist, onSaved: show });
      showProblem(byId("problem"));
      byId("state").dataset.state = view.state;
      setText(byId("state"), t(`rx.state.${view.state}`));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (!denyPage(problem)) showProblem(byId("problem"), problem);
    }
  }

  byId("inquiry-form").addEventListener("submit", (event) => {
    event.preventDefault();
    act("inquiry", { question: byId("question").value });
  });
  byId("outcome").addEventListener("change", () => {
    const changed = byId("outcome").value === "changed";
    byId("changed-items").hidden = !changed;
    byId("changed-items").replaceChildren(...(changed ? items.map(itemFields) : []));
  });
  byId("answer-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const outcome = byId("outcome").value;
    const changed = outcome === "changed" ? { items: readItems(byId("changed-items")) } : {};
    act("inquiry/answer", { doctor: byId("doctor").value, answer: byId("answer").value, outcome, ...changed });
  });
  byId("reason-form").addEventListener("submit", (event) => event.preventDefault());
  onSignOut();
  show();
}

const me = await signedIn("staff");
if (me) page(me);
