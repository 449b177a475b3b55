// Checking what was dispensed, and sending it. What may be done now, the server says; nothing else is offered.
import { call } from "./api.js";
import { byId, dayInJapan, denyPage, el, listed, onSignOut, setText, showProblem, signedIn, t, timeElement } from "./page.js";

const path = `/api/prescriptions/${location.pathname.split("/").at(-2)}`;

function itemWords({ drug, strength_mg: strength, quantity, unit, days }) {
  return t("delivery.item", { drug, strength: strength ?? "?", amount: quantity * days, unit: t(`delivery.unit.${unit}`) });
}

// A scanner types a code as a keyboard does: one field for the code of each item, one for what was counted.
function scanFields(item, index) {
  return el("fieldset", { class: "scan" }, el("legend", {}, itemWords(item)),
    el("div", { class: "field" }, el("label", { for: `code-${index}` }, t("delivery.check.code")), el("input", { id: `code-${index}`, inputmode: "numeric", autocomplete: "off", required: true })),
    el("div", { class: "field" }, el("label", { for: `quantity-${index}` }, t("delivery.check.quantity")), el("input", { id: `quantity-${index}`, inputmode: "decimal", autocomplete: "off", required: true })));
}

const checkItem = (check) => el("li", {}, timeElement(check.checked_at), " ", check.checked_by, " ",
  el("strong", {}, check.mismatches.length ? listed(check.mismatches.map((kind) => t(`delivery.mismatch.${kind}`))) : t("delivery.check.passed")));

const parcelItem = (parcel) => el("li", {},
  el("strong", { class: "parcel-state" }, t(`parcel.state.${parcel.state}`)), " ",
  el("span", {}, t("delivery.way", { service: t(`delivery.service.${parcel.service}`), handover: t(`delivery.handover.${parcel.handover}`) })),
  el("span", { class: "to" }, t("delivery.to", parcel)), parcel.tracking_no && el("span", {}, t("delivery.tracking", { number: parcel.tracking_no })),
  el("ul", {}, ...parcel.reports.map((report) => el("li", {}, timeElement(report.at), " ", t(`delivery.report.${report.kind}`)))));

function options(select, values, kind) {
  select.replaceChildren(...values.map((value) => el("option", { value }, t(`delivery.${kind}.${value}`))));
}

function show(view) {
  const { prescription, address, destination, steps } = view;
  const may = (step) => steps.includes(step);
  setText(byId("state"), t(`delivery.state.${prescription.state}`));
  byId("to-prescription").href = `/console/prescriptions/${prescription.id}`;
  byId("to-thread").href = `/console/${prescription.thread_id}`;
  setText(byId("patient"), t("delivery.patient", { name: prescription.patient_name, birthdate: prescription.patient_birthdate, number: prescription.patient_identifier }));
  byId("items").replaceChildren(...prescription.items.map((item) => el("li", {}, itemWords(item))));
  setText(byId("dispensed"), prescription.dispensed_by ? t("delivery.dispensed", { name: prescription.dispensed_by }) : t("delivery.not_dispensed"));
  byId("checks-none").hidden = view.checks.length > 0;
  byId("checks").replaceChildren(...view.checks.map(checkItem));
  byId("check").hidden = !may("check");
  if (!byId("scans").hasChildNodes()) byId("scans").replaceChildren(...prescription.items.map(scanFields)); // what was scanned stays
  setText(byId("destination"), destination ? t(destination.current ? "delivery.destination.confirmed" : "delivery.destination.outdated", destination) : t("delivery.destination.none"));
  setText(byId("address"), address ? t("delivery.address", address) : t("delivery.address.none"));
  byId("confirm-destination").hidden = !may("confirm_destination");
  byId("confirm-destination").dataset.number = address?.number ?? "";
  byId("hint").hidden = !view.hint;
  setText(byId("hint"), view.hint ? t(`delivery.hint.${view.hint}`) : "");
  byId("parcels-none").hidden = view.parcels.length > 0;
  byId("parcels").replaceChildren(...view.parcels.map(parcelItem));
  byId("ship").hidden = !may("ship");
  options(byId("service"), view.services, "service");
  options(byId("handover"), view.handovers, "handover");
  byId("hand-over").hidden = !may("hand_over");
  byId("record-receipt").hidden = !may("record_receipt");
  byId("replace").hidden = !may("replace");
  byId("follow-section").hidden = !may("follow_up");
  byId("to-record").href = `/console/${prescription.thread_id}/record`;
  byId("follow").dataset.thread = prescription.thread_id;
}

// The dispensing record, in the order of the ordinance. What has not happened yet is empty.
function showRecord(record) {
  const { guidance } = record;
  const day = (instant) => (instant ? dayInJapan(instant) : "");
  const rows = {
    name: record.patient_name,
    age: record.patient_age ?? "",
    drug: listed(record.items.map((item) => item.drug)),
    amount: listed(record.items.map(({ amount, unit }) => t("dispensing_record.amount_of", { amount, unit: t(`delivery.unit.${unit}`) }))),
    dispensed: day(record.dispensed_at),
    guided: day(guidance?.given_at),
    pharmacist: record.dispensed_by ?? "",
    checker: record.checked_by ?? "",
    prescriber: record.prescriber,
    answer: listed(record.inquiries.map((inquiry) => inquiry.answer ?? "")),
    gist: guidance?.gist ?? "",
  };
  byId("record").replaceChildren(...Object.entries(rows).map(([name, value]) =>
    el("tr", {}, el("th", { scope: "row" }, t(`dispensing_record.${name}`)), el("td", {}, String(value)))));
}

async function read() {
  const [view, record] = await Promise.all([call("GET", `${path}/delivery`), call("GET", `${path}/dispensing-record`)]);
  showRecord(record);
  show(view);
}

// Does it and shows how things stand then, also after a refusal: it says what did not match.
async function attempt(address, body) {
  showProblem(byId("problem"));
  byId("content").setAttribute("aria-busy", "true");
  let refusal = null;
  for (const act of [() => call("POST", address, { body }), read]) {
    try {
      await act();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      refusal ??= problem;
    }
  }
  if (refusal) showProblem(byId("problem"), refusal);
  byId("content").setAttribute("aria-busy", "false");
  return !refusal;
}

function onSubmit(form, step, body) {
  byId(form).addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(`${path}/${step}`, body());
  });
}

async function planFollowUp(event) {
  event.preventDefault();
  const body = { subject: byId("follow-subject").value, due_on: byId("follow-due").value, prescription_id: path.split("/").pop() };
  if (await attempt(`/api/threads/${byId("follow").dataset.thread}/follow-ups`, body)) {
    byId("follow").reset();
    setText(byId("follow-said"), t("follow.planned", body));
  }
}

async function begin() {
  onSignOut();
  onSubmit("check", "final-check", () => ({
    label: byId("label").value,
    items: [...byId("scans").children].map((_, index) => ({ code: byId(`code-${index}`).value, quantity: Number(byId(`quantity-${index}`).value) })),
  }));
  onSubmit("ship", "shipments", () => ({ service: byId("service").value, handover: byId("handover").value }));
  onSubmit("replace", "replacement", () => ({ reason: byId("reason").value }));
  byId("confirm-destination").addEventListener("click", ({ currentTarget }) => attempt(`${path}/destination`, { number: Number(currentTarget.dataset.number) }));
  byId("hand-over").addEventListener("click", () => attempt(`${path}/hand-over`));
  byId("follow").addEventListener("submit", planFollowUp);
  byId("record-receipt").addEventListener("click", () => attempt(`${path}/receipt`));
  try {
    await read();
    byId("content").setAttribute("aria-busy", "false");
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (!denyPage(problem)) showProblem(byId("problem"), problem);
  }
}

if (await signedIn("staff")) await begin();
