// The queue of the branch, live. The order is the server's.
import { call } from "./api.js";
import { byId, denyPage, el, oneAtATime, onSignOut, setText, showProblem, signedIn, t, tOr } from "./page.js";
import { offerShiftEnd, stayPresent } from "./shift.js";
import { follow } from "./stream.js";
import { listTasks } from "./tasks.js";

const A_MINUTE = 60_000; // milliseconds
const FLAGS = ["red_flag", "overdue", "page_unanswered", "needs_check", "handover"];

function waitingText(since) {
  if (!since) return t("waiting.none");
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(since)) / A_MINUTE));
  const hours = Math.floor(minutes / 60);
  if (!minutes) return t("waiting.now");
  if (!hours) return t("waiting.minutes", { minutes });
  if (hours < 24) return t("waiting.hours", { hours, minutes: minutes % 60 });
  return t("waiting.days", { days: Math.floor(hours / 24), hours: hours % 24 });
}

function queue(me) {
  const rows = byId("rows");
  const shown = new Map(); // thread id -> its row and cells
  let changes = 0; // how often the stream has told the queue

  function newRow(threadId) {
    const link = el("a", { href: `/console/${threadId}` });
    const cells = {
      flags: el("span"),
      urgency: el("span", { class: "urgency" }),
      link,
      waiting: el("time"),
      state: el("td"),
      claimed: el("td"),
    };
    const row = el("tr", {}, el("td", {}, cells.urgency), el("th", { scope: "row" }, link, " ", cells.flags), el("td", { class: "waiting" }, cells.waiting), cells.state, cells.claimed);
    return { row, cells };
  }

  function fill({ row, cells }, entry) {
    row.className = entry.urgency;
    cells.since = entry.waiting_since;
    cells.waiting.dateTime = entry.waiting_since ?? "";
    cells.urgency.className = `urgency ${entry.urgency}`;
    setText(cells.urgency, tOr(`urgency.${entry.urgency}`, entry.urgency));
    setText(cells.link, entry.patient_name);
    cells.flags.replaceChildren(...FLAGS.filter((flag) => entry[flag]).map((flag) => el("span", { class: "flag" }, t(`flag.${flag}`))));
    setText(cells.waiting, waitingText(entry.waiting_since));
    setText(cells.state, tOr(`state.${entry.state}`, entry.state));
    setText(cells.claimed, entry.claimed_by ?? t("queue.nobody"));
  }

  function show(entries) {
    const focused = document.activeElement;
    const present = new Set(entries.map(({ thread_id: id }) => id));
    for (const [id, { row }] of shown) {
      if (!present.has(id)) {
        row.remove();
        shown.delete(id);
      }
    }
    entries.forEach((entry, index) => {
      if (!shown.has(entry.thread_id)) shown.set(entry.thread_id, newRow(entry.thread_id));
      const line = shown.get(entry.thread_id);
      fill(line, entry);
      if (rows.children[index] !== line.row) rows.insertBefore(line.row, rows.children[index] ?? null);
    });
    if (focused?.isConnected) focused.focus({ preventScroll: true });
    byId("empty").hidden = entries.length > 0;
    setText(byId("count"), t("queue.count.text", { all: entries.length, red: entries.filter(({ urgency }) => urgency === "red").length }));
    byId("queue").setAttribute("aria-busy", "false");
  }

  const read = oneAtATime(async () => {
    const before = changes;
    try {
      const entries = await call("GET", "/api/queue");
      if (changes === before) show(entries); // else the stream was newer
      showProblem(byId("problem"));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (denyPage(problem)) stop();
      else showProblem(byId("problem"), problem);
    }
  });

  // Tasks are for those who may see consultations; who may not is told nothing of them.
  const readTasks = oneAtATime(async () => {
    try {
      listTasks(await call("GET", "/api/tasks"));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      showProblem(byId("problem"), problem);
    }
  });
  const mayDoTasks = me.roles.some((role) => role === "pharmacist" || role === "supervisor");
  byId("tasks-section").hidden = !mayDoTasks;
  byId("emergencies-link").hidden = !me.roles.includes("supervisor");
  byId("oversight").hidden = !mayDoTasks;
  byId("protection-link").hidden = !me.roles.includes("supervisor");

  onSignOut();
  const stop = follow(() => "/api/queue/events", {
    handlers: {
      queue(entries) {
        changes += 1;
        show(entries);
        if (mayDoTasks) readTasks();
      },
    },
    onReturn: read,
    onState: (live) => setText(byId("connection"), live ? "" : t("connection.lost")),
  });
  setInterval(() => {
    for (const { cells } of shown.values()) setText(cells.waiting, waitingText(cells.since));
    if (mayDoTasks) readTasks();
  }, A_MINUTE / 2);
  read();
}

const me = await signedIn("staff");
if (me) {
  queue(me);
  stayPresent(me);
  offerShiftEnd(me);
}
