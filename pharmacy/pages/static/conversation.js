// The messages of one thread, in the server's order, each of them once.
import { el, t, timeElement } from "./page.js";

const TELEPHONE = /(#7119|(?<!\d)119(?!\d)|0\d{1,3}-\d{2,4}-\d{3,4})/;
const TITLES = { red_flag: "message.guidance", crisis: "message.guidance", hours: "message.hours", bulk: "message.bulk", adverse: "message.adverse", visit: "message.visit", auto_reply: "message.auto_reply" };
const NEAR_THE_END = 120; // pixels

function withTelephones(text) {
  return text.split(TELEPHONE).map((part, index) => (index % 2 ? el("a", { href: `tel:${part.replaceAll("-", "")}` }, part) : part));
}

function automaticContent(message, forPatient) {
  const text = el("p", { class: "text" }, ...withTelephones(message.text));
  const title = TITLES[message.notice];
  if (!title) return text;
  const heading = el("strong", {}, t(title));
  if (forPatient && title === "message.guidance") {
    const callNow = el("a", { href: "tel:119", class: "button emergency-call" }, t("emergency.call"));
    return el("div", { role: "alert", "aria-label": t(title) }, heading, text, callNow);
  }
  return el("div", { role: "note", "aria-label": t(title) }, heading, text);
}

function triageMark(triage) {
  if (!triage || triage.level === "none") return null;
  return el("span", {},
    el("span", { class: "flag" }, t(`triage.${triage.level}`)), " ",
    el("span", { class: "rules" }, t("triage.rules", { version: triage.rules_version })));
}

// What a pharmacist wrote: a reply or the correction of one.
function written(message, patientName, onCorrect) {
  const correction = message.kind === "correction";
  const name = message.responsible ?? t("message.responsible.unknown");
  const label = t(correction ? "message.correction" : "message.reply", { name });
  const by = message.automatic ? "message.automatic.mark" : correction ? "message.correction.by" : "message.by_pharmacist";
  return el("article", { class: `message ${message.kind}${patientName ? " own" : ""}`, "aria-label": label },
    el("p", { class: "text" }, message.text),
    el("footer", {},
      el("strong", {}, t("message.responsible", { name })),
      el("span", {}, t(by)),
      timeElement(message.sent_at),
      onCorrect && el("button", { type: "button", class: "quiet correct", onclick: () => onCorrect(message) }, t("message.correct"))));
}

// One message as the patient (`patientName` absent) or staff see it.
function article(message, patientName, onCorrect) {
  const sentAt = timeElement(message.sent_at);
  if (message.kind === "automatic") {
    return el("article", { class: "message automatic", "aria-label": t("message.automatic") },
      automaticContent(message, !patientName),
      el("footer", {}, el("span", { class: "mark" }, t("message.automatic.mark")), el("span", {}, t("message.automatic.explained")), sentAt));
  }
  if (message.kind === "other") {
    const label = t("message.other", { name: message.author });
    return el("article", { class: "message reply", "aria-label": label },
      el("p", { class: "text" }, message.text), el("footer", {}, el("strong", {}, message.author), sentAt));
  }
  if (message.kind !== "patient") return written(message, patientName, onCorrect);
  const text = el("p", { class: "text" }, message.text);
  return el("article", {
    class: patientName ? "message patient" : "message patient own",
    "aria-label": patientName ? t("message.patient", { name: patientName }) : t("message.mine"),
  }, text, el("footer", {},
    sentAt,
    patientName ? triageMark(message.triage) : el("span", { class: "state received" }, t("message.received"))));
}

export class Conversation {
  #received = el("div", { class: "messages" });
  #articles = new Map(); // seq -> article
  #patientName;
  #onCorrect;

  // `onCorrect` is called with the reply that the pharmacist wants to correct.
  constructor(log, patientName = "", onCorrect = null) {
    this.log = log;
    this.#patientName = patientName;
    this.#onCorrect = onCorrect;
    log.append(this.#received);
  }

  get lastSeq() {
    return Math.max(0, ...this.#articles.keys());
  }

  // Shows the messages not shown yet and gives those back.
  add(messages) {
    const fresh = messages.filter(({ seq }) => !this.#articles.has(seq)).sort((one, other) => one.seq - other.seq);
    if (!fresh.length) return fresh;
    const follows = this.#atEnd();
    for (const message of fresh) {
      const shown = article(message, this.#patientName, this.#onCorrect);
      const next = [...this.#articles.keys()].filter((seq) => seq > message.seq);
      this.#received.insertBefore(shown, next.length ? this.#articles.get(Math.min(...next)) : null);
      this.#articles.set(message.seq, shown);
      if (message.corrects) this.#markCorrected(message.corrects);
    }
    if (follows) this.toEnd();
    return fresh;
  }

  // The original stays where it was, and says that it does not hold any more.
  #markCorrected(seq) {
    const original = this.#articles.get(seq);
    if (!original || original.classList.contains("corrected")) return;
    original.classList.add("corrected");
    original.querySelector(".correct")?.remove();
    original.querySelector("footer").append(el("span", { class: "flag" }, t("message.corrected")));
  }

  mark(seq, isNew) {
    this.#articles.get(seq)?.classList.toggle("unread", isNew);
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_THE_END;
  }
}
