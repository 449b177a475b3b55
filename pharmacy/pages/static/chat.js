// The patient's page: the conversation, sending that never lies, and the patient's own chart.
import { call } from "./api.js";
import { openChart } from "./chart.js";
import { Conversation } from "./conversation.js";
import { trouble } from "./fallback.js";
import { Outbox } from "./outbox.js";
import { ask, byId, denyPage, el, keepTyped, onSignOut, oneAtATime, setText, showProblem, signedIn, t } from "./page.js";
import { follow } from "./stream.js";

const LONGEST = 5000; // characters of a message

async function chat(me) {
  const path = `/api/threads/${me.thread_id}`;
  const log = byId("log");
  const field = byId("message");
  const conversation = new Conversation(log);
  const outbox = new Outbox(me.thread_id);
  const waiting = log.appendChild(el("div", { class: "messages" }));
  const unacknowledged = new Map(); // key -> article
  let held = []; // own messages that came by the stream while their acknowledgement was still under way
  let sending = 0;

  // A message shows as received when its acknowledgement is in, never twice for a moment.
  function show(messages) {
    const own = sending ? messages.filter(({ kind }) => kind === "patient") : [];
    held.push(...own);
    conversation.add(messages.filter((message) => !own.includes(message)));
  }

  async function deliver(entry) {
    showUnacknowledged(entry, "sending");
    sending += 1;
    try {
      const message = await call("POST", `${path}/messages`, { body: { text: entry.text }, key: entry.key });
      outbox.remove(entry.key);
      unacknowledged.get(entry.key)?.remove();
      unacknowledged.delete(entry.key);
      conversation.add([message]);
      showProblem(byId("problem"));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      outbox.setFailed(entry.key, true);
      const tooLong = problem.code === "invalid" && [...entry.text].length > LONGEST;
      showUnacknowledged(entry, "failed", tooLong ? t("chat.too_long") : problem.message);
    } finally {
      sending -= 1;
      if (!sending) conversation.add(held.splice(0));
    }
  }

  function showUnacknowledged(entry, state, why = t("chat.failed.hint")) {
    const shown = unacknowledged.get(entry.key) ?? el("article", { class: "message patient own", "aria-label": t("message.mine") });
    const failed = state === "failed";
    shown.classList.toggle("failed", failed);
    shown.replaceChildren(
      el("p", { class: "text" }, entry.text),
      el("footer", {}, el("span", { class: `state ${state}` }, t(`message.${state}`))));
    if (failed) {
      shown.append(
        el("div", { class: "why" }, why),
        el("div", { class: "actions" },
          el("button", { type: "button", class: "primary", onclick: () => retry(entry) }, t("message.retry")),
          el("button", { type: "button", class: "quiet", onclick: () => discard(entry) }, t("message.discard"))));
    }
    if (!shown.isConnected) {
      unacknowledged.set(entry.key, shown);
      waiting.append(shown);
    }
    conversation.toEnd();
  }

  function retry(entry) {
    outbox.setFailed(entry.key, false);
    field.focus();
    return deliver(entry);
  }

  function discard(entry) {
    outbox.remove(entry.key);
    unacknowledged.get(entry.key)?.remove();
    unacknowledged.delete(entry.key);
    field.focus();
  }

  const catchUp = oneAtATime(async () => {
    try {
      show(await call("GET", `${path}/messages?after=${conversation.lastSeq}`));
    } catch (problem) {
      if (problem.status === 401) {
        stop();
        denyPage(problem);
      } else if ("status" in problem) showProblem(byId("problem"), problem);
      else throw problem;
      return;
    }
    log.setAttribute("aria-busy", "false");
  });

  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value;
    if (!text.trim()) return;
    field.value = "";
    deliver(outbox.put(text));
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) byId("composer").requestSubmit();
  });
  addEventListener("storage", () => {
    const keys = new Set(outbox.entries.map(({ key }) => key));
    for (const [key, shown] of unacknowledged) {
      if (!keys.has(key)) {
        shown.remove(); // another tab had it acknowledged
        unacknowledged.delete(key);
      }
    }
  });
  keepTyped(field, `typed:${me.thread_id}`);
  onSignOut(async () => !outbox.entries.length || (await ask(byId("leave"))) === "leave");

  await catchUp();
  const stop = follow(() => `${path}/events?after=${conversation.lastSeq}`, {
    handlers: { message: (message) => show([message]), service: ({ working }) => trouble("service", !working) },
    onReturn: catchUp,
    onState: (live) => {
      setText(byId("connection"), live ? "" : t("connection.lost"));
      if (live) trouble("service", false); // a new stream says at once when it is otherwise
    },
  });
  // What was under way when the page went away is taken up again; what had failed waits for its button.
  for (const entry of outbox.entries) {
    if (entry.failed) showUnacknowledged(entry, "failed");
    else deliver(entry);
  }
  field.disabled = false;
  byId("send").disabled = false;
  byId("chart-open").disabled = false;
  byId("chart-open").addEventListener("click", () => openChart(me.thread_id));
}

const me = await signedIn("patient");
if (me) await chat(me);
