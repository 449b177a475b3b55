// The patient's shop: products, orders with their questionnaire, subscriptions.
import { call } from "./api.js";
import { blockersOf, linesOf, nameOf, post, stateOf, stepForm, subscriptionHead, textBox } from "./order_parts.js";
import { byId, denyPage, el, onSignOut, setText, showProblem, signedIn, t } from "./page.js";

function shop() {
  const basket = byId("basket");

  function productCard(product) {
    const name = nameOf(product);
    const words = document.documentElement.lang === "en" ? product.text_en ?? product.text : product.text;
    const card = el("article", { class: "card", "aria-label": name },
      el("h3", {}, name),
      el("p", { class: "hint" }, t(`product.${product.legal_class}`)),
      product.designated && el("p", { class: "flag" }, t("shop.designated")),
      el("p", { class: "claims" }, words));
    if (!product.sold_here) card.append(el("p", { class: "notice", role: "note" }, t("shop.counter")));
    else card.append(numberField(`quantity-${product.id}`, t("shop.quantity", { name }), { min: 0, max: 20, value: 0, "data-product": product.id }));
    if (product.subscribable) card.append(...subscribing(product, name));
    return card;
  }

  function numberField(id, label, attributes) {
    return el("p", {}, el("label", { for: id }, label), " ", el("input", { type: "number", id, ...attributes }));
  }

  function subscribing(product, name) {
    const every = el("input", { type: "number", id: `every-${product.id}`, min: 7, max: 180, value: 30 });
    const start = async () => {
      await tell(byId("basket-problem"), t("shop.subscribed"), () =>
        post("/api/subscriptions", { product: product.id, quantity: 1, every_days: Number(every.value) }));
    };
    return [
      el("p", {}, el("label", { for: every.id }, t("shop.every", { name })), " ", every),
      el("button", { type: "button", onclick: start }, t("shop.subscribe", { name })),
    ];
  }

  async function tell(place, said, send) {
    showProblem(place);
    setText(byId("status"), "");
    try {
      await send();
    } catch (refusal) {
      if (!("status" in refusal)) throw refusal;
      showProblem(place, refusal);
      return;
    }
    await refresh();
    setText(byId("status"), said);
  }

  function orderCard(order) {
    const lines = linesOf(order.lines);
    const path = `/api/orders/${order.id}`;
    const card = el("article", { class: "card", "aria-label": lines }, el("h3", {}, lines), stateOf(order), ...blockersOf(order));
    const parcel = order.parcel && el("p", { class: "parcel" }, t(`parcels.state.${order.parcel}`), " ", el("a", { href: "/parcels" }, t("parcels.title")));
    if (parcel) card.append(parcel);
    if (order.refusal) card.append(el("p", {}, t("order.refusal", { reason: order.refusal })));
    if (order.information) card.append(el("h4", {}, t("order.information")), el("p", { class: "information" }, order.information));
    if (order.steps.includes("answer")) card.append(questionnaire(order, path));
    if (order.steps.includes("confirm")) card.append(confirmation(order, path));
    if (order.steps.includes("cancel")) {
      card.append(stepForm(t("order.cancel"), { send: () => post(`${path}/cancellation`), said: t("order.cancelled"), then: refresh }));
    }
    return card;
  }

  function questionnaire(order, path) {
    const choice = (value, label) => el("label", { class: "choice" }, el("input", { type: "radio", name: `elsewhere-${order.id}`, value, required: true }), label);
    const elsewhere = el("fieldset", { role: "radiogroup" }, el("legend", {}, t("order.elsewhere")), choice("yes", t("order.yes")), choice("no", t("order.no")));
    const reason = textBox(`reason-${order.id}`, t("order.reason"));
    const send = () => post(`${path}/questionnaire`, {
      bought_elsewhere: elsewhere.querySelector("input:checked").value === "yes",
      reason: reason.box.value,
    });
    return stepForm(t("order.answer"), { fields: [el("h4", {}, t("order.questionnaire")), elsewhere, reason.field], send, said: t("order.answered"), then: refresh, primary: true });
  }

  function confirmation(order, path) {
    const words = textBox(`words-${order.id}`, t("order.words"));
    const send = () => post(`${path}/confirmation`, { digest: order.information_digest, words: words.box.value });
    return stepForm(t("order.confirm"), { fields: [words.field], send, said: t("order.confirmed"), then: refresh, primary: true });
  }

  function subscriptionCard(subscription) {
    const path = `/api/subscriptions/${subscription.id}`;
    const card = el("article", { class: "card", "aria-label": nameOf(subscription) }, el("h3", {}, nameOf(subscription)), ...subscriptionHead(subscription).filter(Boolean));
    if (subscription.state === "paused") card.append(el("p", { class: "notice", role: "note" }, t("subscription.paused")));
    if (subscription.state !== "ended") {
      card.append(stepForm(t("subscription.end"), { send: () => call("POST", `${path}/end`), said: t("subscription.ended"), then: refresh }));
    }
    return card;
  }

  async function refresh() {
    const [orders, subscriptions] = await Promise.all([call("GET", "/api/orders"), call("GET", "/api/subscriptions")]);
    byId("orders").replaceChildren(...(orders.length ? orders.map(orderCard) : [el("p", {}, t("shop.orders.none"))]));
    byId("subscriptions").replaceChildren(...(subscriptions.length ? subscriptions.map(subscriptionCard) : [el("p", {}, t("shop.subscriptions.none"))]));
    byId("orders").setAttribute("aria-busy", "false");
  }

  basket.addEventListener("change", () => {
    byId("age-field").hidden = basket.elements.user.value === "self";
  });
  basket.addEventListener("submit", async (event) => {
    event.preventDefault();
    const quantities = [...basket.querySelectorAll("[data-product]")].filter(({ value }) => Number(value) > 0);
    if (!quantities.length) {
      showProblem(byId("basket-problem"), { message: t("shop.empty") });
      return;
    }
    const lines = quantities.map((field) => ({ product: field.dataset.product, quantity: Number(field.value) }));
    const forAge = basket.elements.user.value === "self" ? null : Number(byId("age").value);
    byId("order").disabled = true; // two clicks are one order
    await tell(byId("basket-problem"), t("shop.placed"), async () => {
      await post("/api/orders", { lines, for_age: forAge });
      basket.reset();
      byId("age-field").hidden = true;
    }).finally(() => {
      byId("order").disabled = false;
    });
  });

  async function begin() {
    try {
      const [products] = await Promise.all([call("GET", "/api/products"), refresh()]);
      byId("products").replaceChildren(...products.map(productCard));
      byId("order").disabled = false;
      basket.dataset.ready = "true";
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (!denyPage(problem)) showProblem(byId("problem"), problem);
    }
  }

  onSignOut();
  return begin();
}

const me = await signedIn("patient");
if (me) await shop();
