// What is still open for the patient, and handing all of it over: the colleague ticks every item before taking over.
import { call } from "./api.js";
import { byId, el, t } from "./page.js";

const DONE_HERE = new Set(["promise", "inquiry"]); // a flag ends by a judgement of the urgency, what a prescriber was asked by the answer

export class HandoverPanel {
  #path;
  #attempt;
  #onChanged;
  #shown = "";
  #view = null;

  constructor(threadPath, { attempt, onChanged }) {
    this.#path = threadPath;
    this.#attempt = attempt;
    this.#onChanged = onChanged;
    this.#onSubmit("matter-form", "/matters", () => ({ kind: byId("matter-kind").value, text: byId("matter-text").value }));
    this.#onSubmit("handover-form", "/handover", () => ({ note: byId("handover-note").value }));
    this.#onSubmit("acceptance-form", "/handover/accept", () => ({ acknowledged: this.#boxes().map(({ value }) => value) }));
    byId("handover-withdraw").addEventListener("click", () => this.#post("/handover/withdraw"));
    byId("acceptance-form").addEventListener("change", () => this.#offerAccepting());
  }

  // A colleague has offered it: it is taken over by accepting, not by claiming.
  get waitsForMe() {
    return this.#view?.state === "offered" && !this.#view.offered_by_me;
  }

  async read({ isPharmacist, mine }) {
    this.#view = await call("GET", `${this.#path}/handover`);
    const now = JSON.stringify([this.#view, mine]);
    if (now === this.#shown) return; // what is being ticked or typed stays
    this.#shown = now;
    const { matters, note, offered_by: name } = this.#view;
    const offered = this.#view.state === "offered";
    byId("handover").hidden = false;
    byId("matters").replaceChildren(...matters.map((matter) => this.#item(matter, mine)));
    byId("matters-none").hidden = matters.length > 0;
    byId("matter-form").hidden = !mine;
    byId("handover-form").hidden = !mine || offered;
    byId("handover-offered").hidden = !offered;
    byId("handover-told").replaceChildren(...(offered ? [el("strong", {}, t("handover.offered", { name })), el("p", {}, note)] : []));
    byId("handover-withdraw").hidden = !offered || !this.#view.offered_by_me;
    byId("acceptance-form").hidden = !isPharmacist || !this.waitsForMe;
    byId("acceptance").replaceChildren(...(this.waitsForMe ? matters.map((matter) => this.#box(matter)) : []));
    this.#offerAccepting();
  }

  #item({ id, kind, text, opened_by: name, prescription_id: prescription }, mine) {
    const asked = prescription && el("a", { href: `/console/prescriptions/${prescription}` }, t("matter.prescription"));
    const done = mine && !asked && DONE_HERE.has(kind) && el("button", { type: "button", class: "quiet", onclick: () => this.#post(`/matters/${id}/close`) }, t("matter.done"));
    return el("li", { "data-kind": kind }, el("strong", {}, t(`matter.${kind}`)), " ", el("span", { class: "words" }, text), " ", el("span", { class: "by" }, name), " ", asked || done);
  }

  #box({ id, kind, text }) {
    return el("label", { class: "choice" }, el("input", { type: "checkbox", value: id }), `${t(`matter.${kind}`)}: ${text}`);
  }

  #boxes() {
    return [...byId("acceptance").querySelectorAll("input:checked")];
  }

  #offerAccepting() {
    byId("accept").disabled = this.#boxes().length < byId("acceptance").querySelectorAll("input").length;
  }

  #onSubmit(form, action, body) {
    byId(form).addEventListener("submit", async (event) => {
      event.preventDefault();
      if (await this.#post(action, body())) byId(form).reset();
    });
  }

  #post(action, body) {
    return this.#attempt(async () => {
      await call("POST", this.#path + action, { body });
      await this.#onChanged();
    });
  }
}
