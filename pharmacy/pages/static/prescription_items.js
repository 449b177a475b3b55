// What is prescribed: in words, and as fields to fill in.
import { el, t } from "./page.js";

const UNITS = ["tablet", "capsule", "packet", "mg", "g", "mL"];

export function itemText({ drug, strength_mg: strength, quantity, unit, times, days }) {
  return [drug, strength && `${strength} mg`, `${quantity} ${t(`rx.unit.${unit}`)}`, t("rx.times.text", { times }), t("rx.days.text", { days })]
    .filter(Boolean).join(" ");
}

let made = 0;

function field(name, attributes) {
  made += 1;
  const id = `item-${name}-${made}`;
  return el("div", { class: name === "drug" ? "field wide" : "field" }, el("label", { for: id }, t(`rx.item.${name}`)), el("input", { id, name, ...attributes }));
}

// The fields of one item, filled from `item` when there is one.
export function itemFields(item = {}) {
  const number = { type: "number", min: "0", step: "any", required: true };
  made += 1;
  const unit = el("select", { id: `item-unit-${made}`, name: "unit" }, ...UNITS.map((name) => el("option", { value: name }, t(`rx.unit.${name}`))));
  unit.value = item.unit ?? "tablet";
  return el("fieldset", { class: "item fields", role: "group", "aria-label": t("rx.item") },
    field("drug", { required: true, value: item.drug }),
    field("strength_mg", { ...number, required: false, value: item.strength_mg }),
    field("quantity", { ...number, value: item.quantity }),
    el("div", { class: "field" }, el("label", { for: unit.id }, t("rx.item.unit")), unit),
    field("times", { ...number, step: "1", value: item.times }),
    field("days", { ...number, step: "1", value: item.days }));
}

export function readItems(place) {
  return [...place.querySelectorAll("fieldset.item")].map((fields) => {
    const value = (name) => fields.querySelector(`[name=${name}]`).value;
    return {
      drug: value("drug"),
      strength_mg: value("strength_mg") === "" ? null : Number(value("strength_mg")),
      quantity: Number(value("quantity")),
      unit: value("unit"),
      times: Number(value("times")),
      days: Number(value("days")),
    };
  });
}
