// The AI's draft: asked for, opened, perhaps edited, approved, sent: five separate acts of a pharmacist.
import { call } from "./api.js";
import { byId, el, moveFocus, setText, t, tOr } from "./page.js";

// Where the keyboard goes on after a step; anything else begins anew.
const NEXT = { request: "draft-open", open: "draft-text", save: "draft-approve", approve: "draft-send" };
const OPENED = new Set(["opened", "edited", "approved"]);

function mark({ model, prompt_version }) {
  return el("p", { class: "ai-mark" },
    el("span", { class: "mark" }, t("ai.mark")), " ", t("ai.mark.text"), " ",
    el("span", { class: "made-with" }, t("ai.made_with", { model, prompt_version })));
}

function warnings({ warnings: found, blocked }) {
  if (!found.length && !blocked) return [];
  return [el("div", { role: "alert", "aria-label": t("ai.warnings"), class: "alert" },
    blocked ? el("strong", {}, t("ai.blocked")) : "",
    el("ul", {}, ...found.map(({ message }) => el("li", {}, message))))];
}

// The button that was pressed may be gone: the keyboard must not fall back to the top of the page.
function focusAfter(step) {
  const next = byId(NEXT[step]) ?? byId("draft-request");
  moveFocus(byId(`draft-${step}`), next.disabled ? byId("draft-text") ?? byId("ai-title") : next);
}

function notice(role, title, text) {
  const kind = role === "alert" ? "alert" : "notice";
  return el("div", { role, "aria-label": title, class: kind }, el("strong", {}, title), el("span", {}, text));
}

// By its place on the keyboard: with Alt, the letter may be another.
const isSuggestKey = ({ code, altKey, ctrlKey, metaKey, shiftKey, isComposing }) =>
  code === "KeyG" && altKey && !ctrlKey && !metaKey && !shiftKey && !isComposing;

export class DraftPanel {
  #path;
  #attempt;
  #onSent;
  #onMissed;
  #draft = null;
  #mayAsk = false;
  #busy = false;
  #missed = false; // news came during an act

  constructor(threadPath, { attempt, onSent, onMissed }) {
    this.#path = `${threadPath}/drafts`;
    this.#attempt = attempt;
    this.#onSent = onSent;
    this.#onMissed = onMissed;
    byId("draft-request").addEventListener("click", () => this.#request());
    document.addEventListener("keydown", (event) => {
      if (!isSuggestKey(event)) return;
      event.preventDefault();
      if (!event.repeat) this.#suggest();
    });
  }

  offer({ mayAsk, suggestions: { allowed, reason } }) {
    this.#mayAsk = mayAsk && allowed;
    this.#setBusy(this.#busy);
    if (allowed) byId("ai-off").replaceChildren();
    else if (!byId("ai-off").firstChild) byId("ai-off").append(notice("note", t("ai.off"), tOr(`ai.off.${reason}`, t("ai.off.text"))));
  }

  // The thread names its open draft: shows one that is not shown yet, and how the one shown has ended. What was read
  // before an act of the person, or during it, is older than what the act answered: it is not shown, but read again.
  async follow(openId) {
    const before = this.#draft;
    const shown = before && (before.state === "created" || OPENED.has(before.state)) ? before.id : null;
    const id = openId ?? shown;
    if (!id || openId === shown) return;
    const draft = this.#busy ? null : await call("GET", `${this.#path}/${id}`);
    if (this.#busy) this.#missed = true;
    else if (this.#draft !== before) this.#onMissed();
    else if (draft.id !== before?.id || draft.state !== before.state) this.#show(draft);
  }

  #setBusy(busy) {
    this.#busy = busy;
    byId("draft-request").disabled = busy || !this.#mayAsk;
    if (busy || !this.#missed) return;
    this.#missed = false;
    this.#onMissed();
  }

  // The key brings a draft before the eyes and the keyboard into its text. It has no way to approve or send.
  async #suggest() {
    if (this.#busy) return;
    const inWork = this.#draft && (this.#draft.state === "created" || OPENED.has(this.#draft.state));
    if (!inWork && this.#mayAsk) await this.#request();
    if (this.#draft?.state === "created") await this.#step("open", "POST", "/open");
    byId("draft-text")?.focus();
  }

  async #request() {
    this.#setBusy(true);
    byId("ai-notice").replaceChildren();
    this.#show(null);
    setText(byId("draft-status"), t("ai.requesting"));
    await this.#attempt(async () => {
      try {
        this.#show(await call("POST", this.#path));
      } catch (problem) {
        setText(byId("draft-status"), "");
        if (problem.code !== "ai_unavailable") throw problem;
        byId("ai-notice").append(notice("alert", t("ai.unavailable"), t("ai.unavailable.text")));
      }
    });
    this.#setBusy(false);
    focusAfter("request");
  }

  // One step of the draft's life. After a refusal the draft is read again: it may have expired meanwhile.
  #step(name, method, action, body) {
    return this.#attempt(async () => {
      const path = `${this.#path}/${this.#draft.id}`;
      this.#setBusy(true);
      try {
        const answer = await call(method, path + action, { body });
        if (name === "send") this.#onSent(answer);
        const typed = name === "save" ? byId("draft-text")?.value : undefined; // perhaps more by now
        this.#show(name === "send" ? { ...this.#draft, state: "sent" } : answer, typed);
      } catch (problem) {
        if (problem.status) this.#show(await call("GET", path), byId("draft-text")?.value);
        throw problem;
      } finally {
        this.#setBusy(false);
      }
      focusAfter(name);
    });
  }

  #show(draft, typed) {
    this.#draft = draft;
    setText(byId("draft-status"), draft ? tOr(`ai.state.${draft.state}`, draft.state) : "");
    if (draft?.state === "created") byId("draft").replaceChildren(mark(draft), this.#actions(this.#button("open", "POST", "/open"), this.#reject()));
    else if (draft && OPENED.has(draft.state)) this.#showOpened(draft, typed ?? draft.text);
    else byId("draft").replaceChildren();
  }

  #showOpened(draft, typed) {
    const text = el("textarea", { id: "draft-text", rows: "6" });
    text.value = typed;
    const save = this.#button("save", "PUT", "", () => ({ text: text.value }));
    const approve = this.#button("approve", "POST", "/approve", () => ({ digest: draft.digest }));
    const send = this.#button("send", "POST", "/send");
    const unsaved = el("p", { class: "hint unsaved" });
    const approved = draft.state === "approved";

    function enable() {
      const edited = text.value !== draft.text;
      save.disabled = !edited;
      approve.disabled = edited || draft.blocked || approved;
      send.disabled = edited || !approved;
      setText(unsaved, edited ? t("ai.unsaved") : "");
    }

    text.addEventListener("input", enable);
    enable();
    byId("draft").replaceChildren(
      mark(draft),
      ...warnings(draft),
      el("label", { for: "draft-text" }, t("ai.text")),
      text,
      unsaved,
      approved ? el("p", { class: "approved-by" }, t("ai.approved_by", { name: draft.approved_by })) : "",
      this.#actions(save, approve, send, this.#reject()));
  }

  #actions(...buttons) {
    return el("div", { class: "actions" }, ...buttons);
  }

  #button(name, method, action, body = () => undefined) {
    const kind = name === "save" ? null : name === "reject" ? "quiet" : "primary";
    const button = el("button", { type: "button", class: kind, id: `draft-${name}` }, t(`ai.${name}`));
    button.addEventListener("click", async () => {
      button.disabled = true;
      await this.#step(name, method, action, body());
      // Still here after silence (anything else was drawn anew): it may be tried again.
      if (button.isConnected) button.disabled = false;
    });
    return button;
  }

  #reject() {
    return this.#button("reject", "POST", "/reject");
  }
}
