// Pictures of one consultation: the patient sends them, and whoever is in charge opens them.
import { call, Problem } from "./api.js";
import { byId, denyPage, el, onSignOut, setText, showProblem, signedIn, t, timeElement } from "./page.js";

const forStaff = location.pathname.startsWith("/console/");

async function attachments(me) {
  const thread = forStaff ? location.pathname.split("/").at(-2) : me.thread_id;
  const path = `/api/threads/${thread}/attachments`;
  byId("upload").hidden = forStaff;
  if (forStaff) byId("back").href = `/console/${thread}`;

  async function list() {
    const found = await call("GET", path);
    byId("attachments").replaceChildren(...found.map(({ id, received_at: at, size, may_open: mayOpen }) => el("li", {},
      timeElement(at), " ", t("attachments.size", { kilobytes: Math.ceil(size / 1024) }), " ",
      mayOpen ? el("a", { href: `${path}/${id}`, download: true }, t("attachments.open")) : el("span", {}, t("attachments.not_in_charge")))));
    byId("attachments-none").hidden = found.length > 0;
    byId("attachments").setAttribute("aria-busy", "false");
  }

  // The file as it is: no name and no type goes with it.
  async function send(file) {
    const headers = { "Content-Type": "application/octet-stream", "X-Pharmacy-Request": "1" };
    const answer = await fetch(path, { method: "POST", headers, body: file }).catch(() => null);
    if (!answer) throw new Problem(0, { code: "unreachable" });
    const said = await answer.json().catch(() => ({})); // read in any case: an answer that nobody reads holds its connection
    if (!answer.ok) throw new Problem(answer.status, said);
  }

  async function attempt(act) {
    showProblem(byId("problem"));
    setText(byId("sent"), "");
    try {
      await act();
      await list();
      return true;
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (!denyPage(problem)) showProblem(byId("problem"), problem);
      return false;
    }
  }

  byId("upload").addEventListener("submit", async (event) => {
    event.preventDefault();
    const [file] = byId("file").files;
    if (file && (await attempt(() => send(file)))) setText(byId("sent"), t("attachments.sent"));
  });
  onSignOut();
  await attempt(async () => {});
}

const me = await signedIn(forStaff ? "staff" : "patient");
if (me) await attachments(me);
