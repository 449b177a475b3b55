// One conversation as staff see it: first the patient's facts, then the claim, then a reply.
import { call, freshKey, Problem } from "./api.js";
import { Conversation } from "./conversation.js";
import { offerCorrection } from "./correction.js";
import { DraftPanel } from "./draft.js";
import { showFacts } from "./facts.js";
import { HandoverPanel } from "./handover.js";
import { offerAcknowledging, showOnCall } from "./on_call.js";
import { byId, denyPage, keepTyped, moveFocus, oneAtATime, onSignOut, setText, showProblem, signedIn, t } from "./page.js";
import { isFilledIn, offerQuickReplies } from "./quick.js";
import { stayPresent } from "./shift.js";
import { follow } from "./stream.js";
import { showTasks } from "./tasks.js";
import { Unread } from "./unread.js";
import { Warnings } from "./warned.js";
import { offerUrgency } from "./urgency.js";

const threadId = location.pathname.split("/").at(-1);
const path = `/api/threads/${threadId}`;
byId("guidance-link").href = `/console/${threadId}/guidance`;
byId("record-link").href = `/console/${threadId}/record`;
const LONGEST = 5000; // characters of a reply
const OUTDATED = new Set(["claimed", "not_claimed", "stale", "answered", "suggestions_off"]);

async function thread(me) {
  let isPharmacist = me.roles.includes("pharmacist");
  const field = byId("reply");
  let view; // the thread as last read
  let conversation; // made once the patient's name is known
  let unread;
  let reply = null; // what was last tried to send, with the key that stays while the words do
  let sending = false;

  // Runs one act of the person; a refusal is said in words. True when it was done. What was said of the act before goes
  // when a new one begins, and not when an earlier one ends late: that would take away what was said meanwhile.
  async function attempt(act) {
    showProblem(byId("problem"));
    try {
      await act();
      return true;
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      showProblem(byId("problem"), problem);
      if (problem.code === "warned") await warnings.show(field.value);
      if (OUTDATED.has(problem.code)) await catchUp();
      return false;
    }
  }

  const handover = new HandoverPanel(path, { attempt, onChanged: () => readThread() });
  const warnings = new Warnings(byId("reply-warnings"), path, () => sendReply());
  const correct = offerCorrection(path, (message) => show([message]));
  const drafts = new DraftPanel(path, { attempt, onSent: (message) => show([message]), onMissed: () => catchUp() });

  function showThread() {
    const { patient, claimed_by: name, claimed_by_me: mine } = view;
    const title = t("thread.title", { name: patient.name });
    setText(byId("title"), title);
    document.title = `${title} | ${t("brand")}`;
    showFacts(byId("facts"), view);
    showTasks(view.tasks, { path, mayComplete: isPharmacist, onDone: () => readThread() });
    showOnCall(view.page, isPharmacist || me.roles.includes("supervisor"));
    setText(byId("claim-status"), mine ? t("thread.claim.you") : name ? t("thread.claim.other", { name }) : t(handover.waitsForMe ? "thread.claim.handover" : "thread.claim.nobody"));
    byId("attachments-link").href = `/console/${threadId}/attachments`;
    byId("attachments-link").hidden = view.emergency;
    byId("exports-link").href = `/console/${threadId}/exports`;
    byId("exports-link").hidden = view.emergency;
    byId("claim").hidden = !isPharmacist || Boolean(name) || handover.waitsForMe;
    byId("release").hidden = !(mine || (name && me.roles.includes("supervisor")));
    byId("urgency-open").hidden = !isPharmacist;
    byId("quick-replies").hidden = !isPharmacist;
    setText(byId("reply-hint"), hint());
    const wasMine = !field.disabled;
    field.disabled = !mine;
    byId("log").classList.toggle("may-correct", mine);
    for (const id of ["quick", "quick-insert"]) byId(id).disabled = !mine;
    offerSending();
    // Here, where it changes, and not when the act has ended: the person may be at the next one by then.
    if (unread && mine !== wasMine) {
      if (mine) moveFocus(byId("claim"), field);
      else moveFocus(byId("release"), byId("claim"));
    }
    offerDraft();
  }

  // A draft answers what has been read: not before the news are.
  function offerDraft() {
    const mayAnswer = isPharmacist && (view.claimed_by_me || !view.claimed_by);
    drafts.offer({ mayAsk: mayAnswer && (unread?.isEmpty ?? true), suggestions: view.suggestions });
  }

  function hint() {
    if (view.emergency) return t("thread.reply.hint.emergency");
    if (!isPharmacist) return t("thread.reply.hint.role");
    if (view.claimed_by_me) return t("thread.reply.hint.ready", view.patient);
    return view.claimed_by ? t("thread.reply.hint.other", { name: view.claimed_by }) : t("thread.reply.hint.claim");
  }

  function show(messages) {
    unread.arrived(conversation.add(messages));
  }

  const readThread = oneAtATime(async () => {
    const now = await call("GET", path);
    if (now.emergency) isPharmacist = false; // here, where it is only read
    await handover.read({ isPharmacist, mine: now.claimed_by_me });
    view = now;
    showThread();
    if (!view.emergency) await drafts.follow(view.draft_id);
  });

  // Reads what may have been missed; the first time everything.
  const catchUp = oneAtATime(async () => {
    try {
      const [messages] = await Promise.all([call("GET", `${path}/messages?after=${conversation?.lastSeq ?? 0}`), readThread()]);
      conversation ??= new Conversation(byId("log"), view.patient.name, correct);
      unread ??= new Unread(conversation, byId("unread"), { myName: me.name, onChange: offerDraft, onRead });
      show(messages);
      byId("log").setAttribute("aria-busy", "false");
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (denyPage(problem)) stop?.();
      else showProblem(byId("problem"), problem);
    }
  });

  function onRead() {
    showProblem(byId("problem"));
    if (!field.disabled) field.focus();
  }

  async function sendReply() {
    const text = field.value;
    const readUpTo = unread.readUpTo;
    if (reply?.text !== text || reply.readUpTo !== readUpTo) reply = { text, readUpTo, key: freshKey() };
    sending = true;
    byId("send").disabled = true;
    setText(byId("reply-status"), t("thread.reply.sending"));
    const sent = await attempt(async () => {
      if ([...text].length > LONGEST) throw new Problem(0, { code: "too_long" });
      show([await call("POST", `${path}/replies`, { body: { patient: view.patient.identifier, text, read_up_to: readUpTo, ...warnings.for(text) }, key: reply.key })]);
      reply = null;
      warnings.clear();
      if (field.value === text) field.value = ""; // else the next words are being typed already
    });
    sending = false;
    setText(byId("reply-status"), sent ? t("thread.reply.sent") : "");
    offerSending();
    moveFocus(byId("send"), field);
  }

  function offerSending() {
    byId("send").disabled = !isFilledIn(field) || !view.claimed_by_me || sending;
  }

  byId("claim").addEventListener("click", () => attempt(async () => {
    await call("POST", `${path}/claim`);
    await readThread();
  }));
  byId("release").addEventListener("click", () => attempt(async () => {
    await call("DELETE", `${path}/claim`);
    await readThread();
  }));
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim() && !byId("send").disabled) sendReply();
  });
  field.addEventListener("input", () => {
    setText(byId("reply-status"), "");
    warnings.clear();
    offerSending();
  });
  keepTyped(field, `reply:${threadId}`);
  onSignOut();
  offerUrgency(path, () => view.urgency, readThread);
  offerAcknowledging(path, attempt, readThread);

  let stop;
  await catchUp();
  if (!byId("denied").hidden) return;
  if (isPharmacist) await attempt(() => offerQuickReplies(field));
  stop = follow(() => `${path}/events?after=${conversation?.lastSeq ?? 0}`, {
    handlers: {
      message: (message) => conversation && show([message]),
      thread: ({ version }) => version !== view?.version && catchUp(),
    },
    onReturn: catchUp,
    onState: (live) => setText(byId("connection"), live ? "" : t("connection.lost")),
  });
}

const me = await signedIn("staff");
if (me) {
  stayPresent(me);
  await thread(me);
}
