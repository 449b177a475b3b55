// Writing a consultation to Drive for named colleagues, and what was written so far.
import { call } from "./api.js";
import { byId, denyPage, el, onSignOut, showProblem, signedIn, t, timeElement } from "./page.js";

const thread = location.pathname.split("/").at(-2);
const path = `/api/threads/${thread}/exports`;

async function list() {
  const made = await call("GET", path);
  byId("exports").replaceChildren(...made.map(({ state, made_by: name, people, until }) => el("li", {},
    el("span", {}, t(`exports.state.${state}`)), " ", people.join(", "), " ", timeElement(until), " ", t("exports.by", { name }))));
  byId("exports-none").hidden = made.length > 0;
  byId("exports").setAttribute("aria-busy", "false");
}

async function attempt(act) {
  showProblem(byId("problem"));
  try {
    await act();
    await list();
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (problem.status === 401 || problem.status === 404 || problem.code === "role_denied") denyPage(problem);
    else showProblem(byId("problem"), problem);
  }
}

const me = await signedIn("staff");
if (me) {
  onSignOut();
  byId("back").href = `/console/${thread}`;
  byId("export").addEventListener("submit", (event) => {
    event.preventDefault();
    const people = byId("people").value.split(/\s+/).filter(Boolean);
    byId("exports").setAttribute("aria-busy", "true");
    attempt(() => call("POST", path, { body: { people, hours: Number(byId("hours").value) } }));
  });
  await attempt(async () => {});
}
