// What the AI may do, and how it is used and looked after: for pharmacists and their supervisor.
import { showAutonomy } from "./autonomy.js";
import { showAlerts, showCanary, showUse } from "./alerts.js";
import { showVersions } from "./versions.js";
import { byId, denyPage, onSignOut, showProblem, signedIn } from "./page.js";

const me = await signedIn("staff");
if (me) {
  onSignOut();
  await attempt(() => showAutonomy(me, attempt));
  await attempt(() => Promise.all([showAlerts(), showUse(me), showCanary(me, attempt), showVersions(me, attempt)]));
}

// Runs one act of the person; a refusal is said in words, or in place of the page when all of it is refused.
async function attempt(act) {
  showProblem(byId("problem"));
  try {
    await act();
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (!denyPage(problem)) showProblem(byId("problem"), problem);
  }
}
