// What the shop and the console show alike of orders and subscriptions, and how both do a step.
import { call } from "./api.js";
import { byId, el, listed, setText, showProblem, t } from "./page.js";

export const nameOf = (thing) => (document.documentElement.lang === "en" && thing.name_en) || thing.name;
export const linesOf = (lines) => listed(lines.map((line) => t("order.line", { name: nameOf(line), quantity: line.quantity })));

export const stateOf = (order) => el("p", { class: "mark state" }, t(`order.state.${order.state}`));
export const blockersOf = (order) => order.blockers.map((code) => el("p", { class: "notice", role: "note" }, t(`blocker.${code}`)));
export const reasonsOf = ({ reasons }) => reasons.length > 0 && el("ul", {}, ...reasons.map((reason) => el("li", {}, t(`subscription.reason.${reason}`))));

export function subscriptionHead(subscription) {
  return [
    el("p", { class: "mark state" }, t(`subscription.state.${subscription.state}`)),
    el("p", {}, t("subscription.every", { days: subscription.every_days, quantity: subscription.quantity })),
    reasonsOf(subscription),
  ];
}

// A labelled text box; `id` must be one of its own.
export function textBox(id, label) {
  const box = el("textarea", { id, rows: "2" });
  return { box, field: el("div", { class: "field" }, el("label", { for: id }, label), box) };
}

// A form whose button does one step. `said` stands in the page's status when it was done, a refusal beside the button.
export function stepForm(button, { fields = [], send, said, then, primary = false }) {
  const problem = el("div");
  const submit = async (event) => {
    event.preventDefault();
    showProblem(problem);
    setText(byId("status"), "");
    try {
      await send();
    } catch (refusal) {
      if (!("status" in refusal)) throw refusal;
      showProblem(problem, refusal);
      return;
    }
    await then();
    setText(byId("status"), said);
  };
  const attributes = { type: "submit", class: primary ? "primary" : null };
  return el("form", { onsubmit: submit }, ...fields, problem, el("div", { class: "actions" }, el("button", attributes, button)));
}

export const post = (path, body = {}) => call("POST", path, { body });
