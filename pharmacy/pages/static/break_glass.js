// Reading a consultation of another branch in an emergency: a reason first, then the consultation.
import { call } from "./api.js";
import { byId, onSignOut, showProblem, signedIn } from "./page.js";

const threadId = location.pathname.split("/").at(-2);

const me = await signedIn("staff");
if (me) {
  onSignOut();
  byId("emergency").addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await call("POST", `/api/threads/${threadId}/emergency-access`, { body: { reason: byId("reason").value } });
      location.assign(`/console/${threadId}`);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      showProblem(byId("problem"), problem);
    }
  });
  byId("emergency").setAttribute("aria-busy", "false");
}
