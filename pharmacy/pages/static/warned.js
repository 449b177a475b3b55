// What the safety check warns of in a pharmacist's own words: shown before they go out, and acknowledged by a press.
import { call } from "./api.js";
import { el, t } from "./page.js";

export class Warnings {
  #place;
  #path;
  #given = null; // the text that was acknowledged, and the name of its warnings

  // `onAcknowledged` sends again what is still written there.
  constructor(place, threadPath, onAcknowledged) {
    this.#place = place;
    this.#path = `${threadPath}/reply-check`;
    this.onAcknowledged = onAcknowledged;
  }

  // What goes along with the text: nothing unless exactly its warnings were acknowledged.
  for(text) {
    return this.#given?.text === text ? { acknowledged: this.#given.acknowledgement } : {};
  }

  clear() {
    this.#given = null;
    this.#place.replaceChildren();
  }

  async show(text) {
    const { warnings, acknowledgement } = await call("POST", this.#path, { body: { text } });
    const send = el("button", { type: "button", onclick: () => {
      this.#given = { text, acknowledgement };
      this.onAcknowledged();
    } }, t("warned.send"));
    this.#place.replaceChildren(
      el("div", { role: "note", "aria-label": t("warned.title"), class: "alert" },
        el("strong", {}, t("warned.title")),
        el("ul", {}, ...warnings.map(({ message }) => el("li", {}, message))),
        send));
    send.focus();
  }
}
