// Changing the urgency: a pharmacist, with a reason.
import { call } from "./api.js";
import { byId, showProblem, t } from "./page.js";

export function offerUrgency(path, current, onChanged) {
  const dialog = byId("urgency");
  byId("urgency-open").addEventListener("click", () => {
    byId("urgency-new").value = current();
    byId("urgency-reason").value = "";
    showProblem(byId("urgency-problem"));
    dialog.showModal();
  });
  byId("urgency-cancel").addEventListener("click", () => dialog.close());
  byId("urgency-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = { urgency: byId("urgency-new").value, reason: byId("urgency-reason").value };
    try {
      await call("PUT", `${path}/urgency`, { body });
      dialog.close();
      await onChanged();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      const missing = problem.code === "invalid" && !body.reason.trim();
      showProblem(byId("urgency-problem"), missing ? { message: t("thread.urgency.reason.missing") } : problem);
      byId("urgency-reason").focus();
    }
  });
}
