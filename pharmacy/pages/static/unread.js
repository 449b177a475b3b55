// What came in after the page was opened counts as read only when the pharmacist says so.
import { el, t } from "./page.js";

export class Unread {
  #conversation;
  #place;
  #myName;
  #onChange;
  #onRead;
  #opened = false;
  #waiting = new Set(); // seqs not confirmed yet

  constructor(conversation, place, { myName, onChange, onRead }) {
    this.#conversation = conversation;
    this.#place = place;
    this.#myName = myName;
    this.#onChange = onChange;
    this.#onRead = onRead;
  }

  // The greatest seq up to which everything has been read.
  get readUpTo() {
    return this.#waiting.size ? Math.min(...this.#waiting) - 1 : this.#conversation.lastSeq;
  }

  get isEmpty() {
    return !this.#waiting.size;
  }

  // The first messages are what was opened, hence read. After that, words of the patient or of a colleague are news.
  arrived(messages) {
    if (this.#opened) {
      for (const { seq, kind, author } of messages) {
        if (kind === "patient" || (kind !== "automatic" && author !== this.#myName)) this.#set(seq, true);
      }
    }
    this.#opened = true;
    this.#show();
  }

  #set(seq, waiting) {
    if (waiting) this.#waiting.add(seq);
    else this.#waiting.delete(seq);
    this.#conversation.mark(seq, waiting);
  }

  #show() {
    this.#onChange();
    if (!this.#waiting.size) {
      this.#place.replaceChildren();
      return;
    }
    if (this.#place.firstChild) return;
    const alert = el("div", { role: "alert", "aria-label": t("thread.new"), class: "alert unread-alert" });
    this.#place.append(alert);
    alert.append(
      el("strong", {}, t("thread.new.text")),
      el("button", { type: "button", onclick: () => this.#confirm() }, t("thread.new.read")));
  }

  #confirm() {
    for (const seq of [...this.#waiting]) this.#set(seq, false);
    this.#conversation.toEnd();
    this.#show();
    this.#onRead();
  }
}
