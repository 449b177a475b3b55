// Orders at the console: what stands against a sale, and the steps that the tables allow now.
import { call } from "./api.js";
import { blockersOf, linesOf, nameOf, post, stateOf, stepForm, subscriptionHead, textBox } from "./order_parts.js";
import { byId, denyPage, el, listed, onSignOut, setText, showProblem, signedIn, t, timeElement } from "./page.js";

const UNDECIDED = ["answered", "informed", "confirmed"];

function orders(me) {
  const maySell = me.roles.includes("pharmacist");
  const mayRemove = me.roles.includes("supervisor");
  let products = [];

  function orderCard(order) {
    const lines = linesOf(order.lines);
    const label = t("orders.of", { patient: order.patient_name, lines });
    const card = el("article", { class: "card", "aria-label": label },
      el("h3", {}, el("a", { href: `/console/${order.thread_id}` }, order.patient_name), " ", lines),
      stateOf(order), ...facts(order).filter(Boolean), ...blockersOf(order));
    const missing = UNDECIDED.includes(order.state) && !order.steps.includes("sell") && !order.blockers.length;
    if (missing) card.append(el("p", { class: "notice", role: "note" }, t("order.not_understood")));
    card.append(...steps(order));
    return card;
  }

  function facts(order) {
    return [
      order.for_age !== null && el("p", {}, t("orders.for_other", { age: order.for_age })),
      order.questionnaire && el("p", {}, order.questionnaire.reason),
      order.questionnaire?.bought_elsewhere && el("p", { class: "flag" }, t("orders.elsewhere")),
      order.earlier.length > 0 && el("p", { class: "earlier" }, t("orders.earlier", { lines: linesOf(order.earlier) })),
      order.information && el("p", { class: "information" }, order.information),
      order.understood_words && el("p", { class: "words" }, t("orders.words", { words: order.understood_words })),
      order.parcel && el("p", {}, `${t("delivery.parcel")}: `, el("span", { class: "parcel" }, t(`parcel.state.${order.parcel}`))),
      order.refusal && el("p", {}, t("order.refusal", { reason: order.refusal })),
    ];
  }

  function steps(order) {
    const path = `/api/orders/${order.id}`;
    const step = (name, send, more = {}) => order.steps.includes(name) && stepForm(t(`orders.${name}`), { send, said: t("orders.done"), then: refresh, ...more });
    const information = textBox(`information-${order.id}`, t("orders.inform.text"));
    const reason = textBox(`refusal-${order.id}`, t("orders.refuse.reason"));
    const weighed = warnings(order);
    const acknowledged = () => [...weighed.querySelectorAll("input:checked")].map(({ value }) => value);
    const shown = order.warnings.length > 0 && !order.steps.includes("sell") ? [weighed] : [];
    return [
      ...shown,
      step("inform", () => post(`${path}/information`, { text: information.box.value }), { fields: [information.field] }),
      step("understand", () => post(`${path}/understanding`)),
      step("guide", () => post(`/api/threads/${order.thread_id}/guidances`, { subject_kind: "order", subject_id: order.id, medicines: [] }), { said: t("orders.guide.done") }),
      step("speak", () => post(`${path}/conversation`, { channel: "video" })),
      step("sell", () => post(`${path}/release`, { acknowledged: acknowledged() }), { fields: order.warnings.length ? [weighed] : [], primary: true }),
      step("ship", () => call("POST", `${path}/shipments`), { primary: true }),
      step("record_receipt", () => call("POST", `${path}/receipt`)),
      step("refuse", () => post(`${path}/refusal`, { reason: reason.box.value }), { fields: [reason.field] }),
    ].filter(Boolean);
  }

  function warnings(order) {
    return el("fieldset", { class: "warnings" }, el("legend", {}, t("orders.warnings")),
      ...order.warnings.map((warning) => el("label", { class: "choice" },
        el("input", { type: "checkbox", value: warning.code }),
        t(`kampo.${warning.code}`, { because: listed(warning.because_of), grams: warning.grams_a_day }))));
  }

  function subscriptionCard(subscription) {
    const label = t("orders.of", { patient: subscription.patient_name, lines: nameOf(subscription) });
    const card = el("article", { class: "card", "aria-label": label }, el("h3", {}, label), ...subscriptionHead(subscription).filter(Boolean));
    if (subscription.state === "paused" && maySell) {
      const reason = textBox(`clear-${subscription.id}`, t("subscription.clear.reason"));
      const send = () => post(`/api/subscriptions/${subscription.id}/clearance`, { reason: reason.box.value });
      card.append(stepForm(t("subscription.clear"), { fields: [reason.field], send, said: t("subscription.cleared"), then: refresh }));
    }
    return card;
  }

  function saleRow(sale) {
    const checked = sale.understanding ? t("sales.understood", { name: sale.understanding_checked_by, words: sale.understanding }) : t("sales.not_needed");
    const until = el("td", {}, timeElement(sale.keep_until));
    if (!sale.removable) until.append(" ", el("span", { class: "hint" }, t("sales.kept")));
    else if (mayRemove) {
      const remove = () => call("DELETE", `/api/sales/${sale.id}`);
      until.append(stepForm(t("sales.remove"), { send: remove, said: t("orders.done"), then: refresh }));
    }
    return el("tr", {}, el("td", {}, timeElement(sale.sold_at)), el("th", { scope: "row" }, sale.buyer), el("td", {}, sale.product_name),
      el("td", {}, String(sale.quantity)), el("td", {}, sale.pharmacist), el("td", {}, checked), until);
  }

  const fill = (place, things, none) => byId(place).replaceChildren(...(things.length ? things : [el("p", {}, t(none))]));

  async function refresh() {
    const [found, subscriptions, sales] = await Promise.all(["orders", "subscriptions", "sales"].map((what) => call("GET", `/api/${what}`)));
    fill("orders", found.map(orderCard), "orders.none");
    fill("subscriptions", subscriptions.map(subscriptionCard), "subscriptions.none");
    byId("sales").replaceChildren(...sales.map(saleRow));
    byId("sales-none").hidden = sales.length > 0;
    byId("orders").setAttribute("aria-busy", "false");
  }

  const current = () => products.find(({ id }) => id === byId("texts-product").value);
  byId("texts-product").addEventListener("change", () => {
    byId("texts-text").value = current().text;
  });
  byId("texts").addEventListener("submit", async (event) => {
    event.preventDefault();
    showProblem(byId("texts-problem"));
    setText(byId("status"), "");
    try {
      const saved = await call("PUT", `/api/products/${current().id}/text`, { body: { text: byId("texts-text").value } });
      Object.assign(current(), saved);
      setText(byId("status"), t("texts.saved"));
    } catch (refusal) {
      if (!("status" in refusal)) throw refusal;
      showProblem(byId("texts-problem"), refusal);
    }
  });

  async function begin() {
    try {
      [products] = await Promise.all([call("GET", "/api/products"), refresh()]);
      byId("texts-product").replaceChildren(...products.map((product) => el("option", { value: product.id }, nameOf(product))));
      byId("texts-text").value = current().text;
      byId("texts-save").disabled = false;
      byId("texts").dataset.ready = "true";
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (!denyPage(problem)) showProblem(byId("problem"), problem);
    }
  }

  onSignOut();
  return begin();
}

const me = await signedIn("staff");
if (me) await orders(me);
