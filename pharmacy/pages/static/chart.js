// The patient's own chart: allergies, medicines, pregnancy.
import { call } from "./api.js";
import { byId, setText, showProblem, t } from "./page.js";

const dialog = byId("chart");
const form = byId("chart-form");
const lines = (id) => byId(id).value.split("\n").map((line) => line.trim()).filter(Boolean);

function fill(chart) {
  byId("allergies").value = chart.allergies.join("\n");
  byId("medicines").value = chart.medicines.join("\n");
  form.elements.pregnancy.value = chart.pregnancy;
}

export async function openChart(threadId) {
  setText(byId("chart-saving"), "");
  showProblem(byId("chart-problem"));
  try {
    fill(await call("GET", `/api/threads/${threadId}/chart`));
  } catch (problem) {
    showProblem(byId("problem"), problem);
    return;
  }
  dialog.showModal();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  setText(byId("chart-saving"), "");
  const body = { allergies: lines("allergies"), medicines: lines("medicines"), pregnancy: form.elements.pregnancy.value };
  try {
    fill(await call("PUT", "/api/me/chart", { body }));
    showProblem(byId("chart-problem"));
    setText(byId("chart-saving"), t("chart.saved"));
  } catch (problem) {
    showProblem(byId("chart-problem"), problem);
  }
});
form.addEventListener("input", () => setText(byId("chart-saving"), ""));
byId("chart-close").addEventListener("click", () => dialog.close());
