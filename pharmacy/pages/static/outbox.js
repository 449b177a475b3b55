// The patient's messages that the pharmacy has not acknowledged. They outlive a reload; each keeps its key for good.
import { freshKey } from "./api.js";

export class Outbox {
  #place;

  constructor(threadId) {
    this.#place = `outbox:${threadId}`;
  }

  get entries() {
    return JSON.parse(localStorage.getItem(this.#place) ?? "[]");
  }

  put(text) {
    const entry = { key: freshKey(), text, failed: false };
    this.#keep([...this.entries, entry]);
    return entry;
  }

  setFailed(key, failed) {
    this.#keep(this.entries.map((entry) => (entry.key === key ? { ...entry, failed } : entry)));
  }

  remove(key) {
    this.#keep(this.entries.filter((entry) => entry.key !== key));
  }

  #keep(entries) {
    if (entries.length) localStorage.setItem(this.#place, JSON.stringify(entries));
    else localStorage.removeItem(this.#place);
  }
}
