// What still has to be done for a patient, and saying what came of it.
import { call } from "./api.js";
import { byId, el, setText, showProblem, t, timeElement } from "./page.js";

let shown = "";

function described(task) {
  return [
    el("span", { class: "kind" }, t(`task.${task.kind}`)), " ",
    el("span", { class: "due" }, t("task.due"), " ", timeElement(task.due_at)),
    task.overdue && el("span", { class: "flag" }, t("flag.overdue")),
  ];
}

// The open tasks of the branch, each leading to its consultation.
export function listTasks(tasks) {
  byId("tasks").replaceChildren(...tasks.map((task) =>
    el("li", {}, el("a", { href: `/console/${task.thread_id}` }, task.patient_name), " ", ...described(task))));
  byId("tasks-empty").hidden = tasks.length > 0;
}

// The tasks of one consultation; a pharmacist can end an open one. What is being written is not disturbed for nothing.
export function showTasks(tasks, { path, mayComplete, onDone }) {
  const now = JSON.stringify([tasks, mayComplete]);
  byId("tasks-section").hidden = !tasks.length;
  if (now === shown) return;
  shown = now;
  byId("tasks").replaceChildren(...tasks.map((task) => {
    const item = el("li", { "aria-label": t(`task.${task.kind}`) }, ...described(task));
    if (task.state === "done") item.append(el("p", {}, t("task.done", { name: task.done_by })), el("p", {}, task.outcome));
    else if (mayComplete) item.append(form(task, path, onDone));
    return item;
  }));
}

function form(task, path, onDone) {
  const problem = el("div");
  const outcome = el("textarea", { rows: "2", id: `outcome-${task.id}` });
  const complete = async (event) => {
    event.preventDefault();
    showProblem(problem);
    try {
      await call("POST", `${path}/tasks/${task.id}/completion`, { body: { outcome: outcome.value } });
      await onDone();
      setText(byId("tasks-status"), t("task.completed"));
    } catch (refusal) {
      if (!("status" in refusal)) throw refusal;
      const missing = refusal.code === "invalid" && !outcome.value.trim();
      showProblem(problem, missing ? { message: t("task.outcome.missing") } : refusal);
      outcome.focus();
    }
  };
  return el("form", { onsubmit: complete },
    el("label", { for: outcome.id }, t("task.outcome")), outcome, problem,
    el("button", { type: "submit" }, t("task.complete")));
}
