// Being there, and ending the shift: what a pharmacist was in charge of returns to the queue.
import { call } from "./api.js";
import { byId, setText, showProblem, t } from "./page.js";

const A_MINUTE = 60_000; // milliseconds

// Also while nobody sees the page: a pharmacist on the telephone has not gone.
export function stayPresent({ roles }) {
  if (!roles.includes("pharmacist")) return;
  const beat = () => call("POST", "/api/me/presence").catch(() => {}); // silence is what the pharmacy notices by itself
  beat();
  setInterval(beat, A_MINUTE);
}

export function offerShiftEnd({ roles }) {
  byId("shift-end").hidden = !roles.includes("pharmacist");
  byId("shift-end").addEventListener("click", async () => {
    try {
      const { returned } = await call("POST", "/api/me/shift/end");
      setText(byId("shift"), t("shift.ended", { count: returned.length }));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      showProblem(byId("problem"), problem);
    }
  });
}
