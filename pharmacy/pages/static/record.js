// The medication record of one patient: entries by SOAP with all their versions, follow-ups, merging and keeping.
import { call } from "./api.js";
import { act, mayBeRefused } from "./acting.js";
import { byId, denyPage, el, onSignOut, setText, showProblem, signedIn, t, timeElement } from "./page.js";

const threadId = location.pathname.split("/")[2];
const path = `/api/threads/${threadId}`;
const PARTS = ["subjective", "objective", "assessment", "plan"];
const CHANNELS = ["chat", "phone", "video"];

const soapOf = (prefix) => Object.fromEntries(PARTS.map((part) => [part, byId(`${prefix}-${part}`).value]));

function record(me) {
  const isPharmacist = me.roles.includes("pharmacist");
  const isSupervisor = me.roles.includes("supervisor");
  let amending = null;

  function version(entry, one, current) {
    return el("article", { class: current ? "version" : "version earlier", "aria-label": t(current ? "record.holds" : "record.earlier") },
      el("p", { class: "hint" }, el("span", { class: "by" }, t("record.version", { number: one.number, author: one.author })), " ", timeElement(one.written_at)),
      el("dl", {}, ...PARTS.flatMap((part) => [el("dt", {}, t(`record.${part}`)), el("dd", { class: part }, one[part])])));
  }

  function entry(one) {
    const last = one.versions.at(-1);
    return el("section", { class: "entry", "data-entry": one.id, "aria-label": t("record.of", { identifier: one.identifier }) },
      el("p", { class: "hint" }, el("span", { class: "whose" }, t("record.of", { identifier: one.identifier })), " ",
        el("span", { class: "kept" }, t("record.kept", { date: one.kept_until }))),
      ...one.versions.map((each) => version(one, each, each === last)),
      el("div", { class: "actions" },
        isPharmacist && el("button", { type: "button", onclick: () => amend(one, last) }, t("record.amend")),
        isSupervisor && el("button", { type: "button", onclick: () => run(() => call("DELETE", `${path}/record/${one.id}`)) }, t("record.purge"))));
  }

  function followUp(one) {
    const open = one.state === "open";
    const item = el("li", { "aria-label": one.subject },
      el("strong", {}, one.subject), " ", el("span", { class: "due" }, t("follow.due", { date: one.due_on })), " ",
      el("span", { class: "state" }, open ? t("follow.open") : t("follow.done", { name: one.done_by })),
      one.overdue && el("span", { class: "flag" }, t("follow.overdue")), " ",
      one.prescription_id && el("a", { href: `/console/prescriptions/${one.prescription_id}/delivery` }, t("follow.prescription")),
      one.result && el("p", { class: "result" }, one.result));
    if (open && isPharmacist) item.append(contact(one));
    return item;
  }

  function contact(one) {
    const channel = el("select", { id: `channel-${one.id}` }, ...CHANNELS.map((name) => el("option", { value: name }, t(`follow.channel.${name}`))));
    const result = el("textarea", { id: `result-${one.id}`, rows: "1" });
    const complete = (event) => {
      event.preventDefault();
      const body = { channel: channel.value, result: result.value };
      run(async () => {
        await call("POST", `${path}/follow-ups/${one.id}/contact`, { body });
        return call("GET", `${path}/record`);
      });
    };
    return el("form", { onsubmit: complete, novalidate: true },
      el("label", { for: channel.id }, t("follow.channel")), channel,
      el("label", { for: result.id }, t("follow.result")), result,
      el("button", { type: "submit" }, t("follow.complete")));
  }

  function show(view) {
    const title = t("record.title", { name: view.name });
    setText(byId("title"), title);
    document.title = `${title} | ${t("brand")}`;
    setText(byId("record-state"), [view.merged_with && t("record.merged", { identifier: view.merged_with }), view.held && t("record.held")].filter(Boolean).join(" "));
    byId("entries").replaceChildren(...(view.entries.length ? view.entries.map(entry) : [el("p", { class: "empty" }, t("record.none"))]));
    byId("follow-ups").replaceChildren(...(view.follow_ups.length ? view.follow_ups.map(followUp) : [el("li", { class: "empty" }, t("follow.none"))]));
    byId("merge").hidden = Boolean(view.merged_with);
    byId("separate").hidden = !view.merged_with;
    byId("hold").hidden = view.held;
    byId("release").hidden = !view.held;
    byId("entries").setAttribute("aria-busy", "false");
  }

  const run = (request) => act(request, show, t("record.saved"));

  function amend(one, last) {
    amending = { entry: one.id, based_on: last.number };
    for (const part of PARTS) byId(`amended-${part}`).value = last[part];
    byId("amendment").showModal();
  }

  byId("amendment-form").addEventListener("submit", (event) => {
    event.preventDefault();
    byId("amendment").close();
    run(() => call("POST", `${path}/record/${amending.entry}/versions`, { body: { based_on: amending.based_on, ...soapOf("amended") } }));
  });
  byId("amendment-close").addEventListener("click", () => byId("amendment").close());
  byId("new-entry").addEventListener("submit", (event) => {
    event.preventDefault();
    run(async () => {
      const view = await call("POST", `${path}/record`, { body: soapOf("new") });
      byId("new-entry").reset();
      return view;
    });
  });
  byId("new-follow").addEventListener("submit", (event) => {
    event.preventDefault();
    run(async () => {
      await call("POST", `${path}/follow-ups`, { body: { subject: byId("follow-subject").value, due_on: byId("follow-due").value } });
      byId("new-follow").reset();
      return call("GET", `${path}/record`);
    });
  });
  byId("bulk").addEventListener("submit", (event) => {
    event.preventDefault();
    act(() => call("POST", "/api/follow-ups/notice", { body: { text: byId("bulk-text").value } }), () => {},
      (sent) => t("follow.bulk.sent", { count: sent.recipients }));
  });
  const reason = () => ({ reason: byId("reason").value });
  const manage = {
    merge: () => call("POST", `${path}/record/merge`, { body: { identifier: byId("identifier").value.trim(), ...reason() } }),
    separate: () => call("POST", `${path}/record/separation`, { body: reason() }),
    hold: () => call("PUT", `${path}/record/hold`, { body: reason() }),
    release: () => call("DELETE", `${path}/record/hold`),
  };
  for (const [id, request] of Object.entries(manage)) byId(id).addEventListener("click", () => run(request));
  byId("manage").hidden = !isSupervisor;
  byId("hint-manage").hidden = isSupervisor;
  byId("hint-write").hidden = isPharmacist;
  for (const id of ["new-entry", "new-follow", "bulk"]) byId(id).hidden = !isPharmacist;
  byId("back").href = `/console/${threadId}`;
  onSignOut();
  return mayBeRefused(async () => show(await call("GET", `${path}/record`)), denyPage, showProblem);
}

const me = await signedIn("staff");
if (me) await record(me);
