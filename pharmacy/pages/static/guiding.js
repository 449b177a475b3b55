// The pharmacist's side of a visit by video: each step is offered when its turn has come, and not before.
import { call } from "./api.js";
import { byId, denyPage, el, listed, onSignOut, setText, showProblem, signedIn, t, tOr } from "./page.js";

const threadId = location.pathname.split("/").at(-2);
const OPEN = new Set(["planned", "consented", "identified", "in_call"]);

function guiding(me) {
  const isPharmacist = me.roles.includes("pharmacist");
  let host = null; // the way into the call as its host, which is shown once and kept nowhere

  // Runs one act and reads anew, also after a refusal: it may have changed what can be done now.
  async function attempt(act, done) {
    showProblem(byId("problem"));
    setText(byId("done"), "");
    try {
      await act();
      await read();
      setText(byId("done"), done);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      await read();
      showProblem(byId("problem"), problem);
    }
  }

  function field(name, label, control) {
    control.id = `${name}-field`;
    return el("div", { class: "field" }, el("label", { for: control.id }, label), control);
  }

  function form(title, fields, button, act, done) {
    return el("form", {
      "aria-label": title,
      onsubmit: (event) => {
        event.preventDefault();
        attempt(act, done);
      },
    }, el("h3", {}, title), ...fields, el("p", { class: "actions" }, el("button", { type: "submit", class: "primary" }, button)));
  }

  function identity(path) {
    const method = el("select", {}, ...["photo_id", "registered"].map((value) => el("option", { value }, t(`guiding.method.${value}`))));
    const name = el("input", { required: true, maxlength: "200" });
    const birthdate = el("input", { required: true, pattern: "\\d{4}-\\d{2}-\\d{2}", placeholder: "1980-01-31" });
    const fields = [
      field("method", t("guiding.method"), method),
      field("shown-name", t("guiding.shown.name"), name),
      field("shown-birthdate", t("guiding.shown.birthdate"), birthdate),
    ];
    const body = () => ({ method: method.value, name: name.value, birthdate: birthdate.value });
    return form(t("guiding.identity"), fields, t("guiding.identity.submit"), () => call("POST", `${path}/identity`, { body: body() }), t("guiding.identity.done"));
  }

  function judgement(path) {
    const choice = el("select", {}, ...["yes", "no"].map((value) => el("option", { value }, t(`guiding.judgement.${value}`))));
    const reason = el("textarea", { rows: "2", required: true });
    const fields = [field("appropriate", t("guiding.judgement.appropriate"), choice), field("reason", t("guiding.judgement.reason"), reason)];
    const body = () => ({ appropriate: choice.value === "yes", reason: reason.value });
    return form(t("guiding.judgement"), fields, t("guiding.judgement.submit"), () => call("PUT", `${path}/judgement`, { body: body() }), t("guiding.judgement.done"));
  }

  function start(path) {
    return el("p", { class: "actions" }, el("button", {
      type: "button",
      class: "primary",
      onclick: () => attempt(async () => { host = await call("POST", `${path}/call`); }, t("guiding.call.started")),
    }, t("guiding.call.start")));
  }

  function technique(path, medicine, index) {
    const how = el("textarea", { rows: "2", required: true });
    const title = t("guiding.technique", { medicine });
    const act = () => call("PUT", `${path}/technique`, { body: { medicine, how: how.value } });
    return form(title, [field(`technique-${index}`, t("guiding.technique.how"), how)], t("guiding.technique.submit"), act, t("guiding.technique.done"));
  }

  function completion(path) {
    const gist = el("textarea", { rows: "3", required: true });
    const act = () => call("POST", `${path}/completion`, { body: { gist: gist.value } });
    return form(t("guiding.completion"), [field("gist", t("guiding.completion.gist"), gist)], t("guiding.completion.submit"), act, t("guiding.completion.done"));
  }

  function inPerson(path, missing) {
    const gist = el("textarea", { rows: "3", required: true });
    const seen = missing.map((medicine) => ({ medicine, how: el("textarea", { rows: "2", required: true }) }));
    const fields = [
      field("gist", t("guiding.completion.gist"), gist),
      ...seen.map(({ medicine, how }, index) => field(`technique-${index}`, t("guiding.technique", { medicine }), how)),
    ];
    const body = () => ({ gist: gist.value, techniques: seen.map(({ medicine, how }) => ({ medicine, how: how.value })) });
    const act = () => call("POST", `${path}/in-person`, { body: body() });
    return form(t("guiding.in_person"), fields, t("guiding.in_person.submit"), act, t("guiding.in_person.done"));
  }

  function breakOff(path) {
    const reason = el("textarea", { rows: "2", required: true });
    const act = () => call("POST", `${path}/break-off`, { body: { reason: reason.value } });
    return form(t("guiding.break_off"), [field("break-off", t("guiding.break_off.reason"), reason)], t("guiding.break_off.submit"), act, t("guiding.break_off.done"));
  }

  function steps(guidance) {
    const path = `/api/guidances/${guidance.id}`;
    if (isPharmacist && guidance.state === "face_to_face") return [inPerson(path, guidance.techniques_missing)];
    if (!isPharmacist || !OPEN.has(guidance.state)) return [];
    if (!guidance.mine) return [el("p", {}, t("guiding.of_colleague", { name: guidance.pharmacist_name })), breakOff(path)];
    const inCall = guidance.state === "in_call";
    const missing = guidance.techniques_missing;
    const ready = inCall && guidance.appropriate && !missing.length;
    return [
      guidance.state === "planned" && el("p", {}, t("guiding.waits_for_consent")),
      guidance.state === "consented" && identity(path),
      ["identified", "in_call"].includes(guidance.state) && start(path),
      inCall && host && el("p", { class: "actions" },
        t("guidance.call.id"), " ", el("strong", { class: "meeting-id" }, host.meeting_id), " ",
        t("guidance.call.passcode"), " ", el("strong", { class: "passcode" }, host.passcode),
        el("a", { class: "button", href: host.start_url }, t("guiding.call.open"))),
      judgement(path),
      ...(inCall ? missing.map((medicine, index) => technique(path, medicine, index)) : []),
      inCall && !ready && el("p", { role: "status", "aria-label": t("guiding.left") },
        t(missing.length ? "guiding.left.technique" : "guiding.left.judgement")),
      ready && completion(path),
      breakOff(path),
    ].filter(Boolean);
  }

  function facts(guidance) {
    const judged = guidance.appropriate === null ? "unknown" : guidance.appropriate ? "yes" : "no";
    return el("ul", {},
      el("li", { class: "notice-answer" }, guidance.notice_accepted
        ? t("guiding.fact.accepted", { name: guidance.notice_answered_by, version: guidance.notice_accepted })
        : t("guiding.fact.not_accepted")),
      el("li", {}, t("guiding.fact.identity"), " ", guidance.identity_method ? t(`guiding.method.${guidance.identity_method}`) : t("guiding.fact.none")),
      el("li", { class: "judged" }, t("guiding.fact.judged"), " ", t(`guiding.judged.${judged}`), " ", guidance.judgement_reason ?? ""),
      ...guidance.techniques.map(({ medicine, how, checked_by: name }) => el("li", {}, t("guiding.fact.technique", { medicine, how, name }))),
      guidance.gist && el("li", {}, t("guiding.fact.gist", { gist: guidance.gist })));
  }

  function shown(guidance) {
    const heading = el("h2", { id: `guidance-${guidance.id}` }, t("guidance.of", { name: guidance.patient_name }));
    return el("article", { class: "card", "aria-labelledby": heading.id },
      heading,
      el("p", { role: "status", class: "state", "data-state": guidance.state }, t(`guidance.state.${guidance.state}`)),
      el("p", {}, t("guidance.pharmacist", { name: guidance.pharmacist_name, licence: guidance.pharmacist_licence })),
      guidance.medicines.length > 0 && el("p", {}, t("guidance.medicines", { names: listed(guidance.medicines) })),
      guidance.state === "broken_off" && el("p", {}, tOr(`guidance.why.${guidance.end_reason}`, guidance.end_reason)),
      facts(guidance),
      ...steps(guidance));
  }

  const read = async () => {
    const [guidances, { minor, guardians }, prescriptions, thread] = await Promise.all([
      call("GET", `/api/threads/${threadId}/guidances`),
      call("GET", `/api/threads/${threadId}/guardians`),
      isPharmacist ? call("GET", "/api/prescriptions") : [],
      call("GET", `/api/threads/${threadId}`),
    ]);
    setText(byId("title"), t("guidance.of", { name: thread.patient.name }));
    byId("guidances").replaceChildren(...guidances.map(shown));
    const planned = new Set(guidances.filter(({ state }) => OPEN.has(state)).map((one) => `${one.subject_kind} ${one.subject_id}`));
    const own = prescriptions.filter((prescription) => prescription.thread_id === threadId);
    const subjects = [
      ...own.map((prescription) => [`prescription ${prescription.id}`,
        t("guiding.subject.prescription", { day: prescription.issued_on, names: listed(prescription.items.map(({ drug }) => drug)) })]),
      [`consultation ${threadId}`, t("guiding.subject.consultation")],
    ].filter(([subject]) => !planned.has(subject));
    byId("subject").replaceChildren(...subjects.map(([value, words]) => el("option", { value }, words)));
    byId("plan-section").hidden = !isPharmacist || !subjects.length;
    byId("guardians-section").hidden = !minor && !guardians.length;
    byId("guardian-form").hidden = !isPharmacist || !minor;
    byId("guardians").replaceChildren(...guardians.map((guardian) => el("li", {},
      el("strong", {}, guardian.guardian_name), " ", t(`guardian.relation.${guardian.relation}`), " ",
      el("span", { class: "holds" }, t(guardian.holds ? "guardian.holds" : "guardian.ended")))));
    byId("content").setAttribute("aria-busy", "false");
  };

  onSignOut();
  byId("back").href = `/console/${threadId}`;
  byId("plan-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const [kind, id] = byId("subject").value.split(" ");
    const medicines = byId("medicines").value.split("\n").map((line) => line.trim()).filter(Boolean);
    attempt(() => call("POST", `/api/threads/${threadId}/guidances`, { body: { subject_kind: kind, subject_id: id, medicines } }), t("guiding.plan.done"));
  });
  byId("guardian-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const value = (name) => byId(`guardian-${name}`).value;
    const names = ["identifier", "relation", "method", "name", "birthdate"];
    const body = Object.fromEntries(names.map((name) => [name, value(name)]));
    attempt(() => call("POST", `/api/threads/${threadId}/guardians`, { body }), t("guardian.verified"));
  });
  return read().catch((problem) => {
    if (!("status" in problem)) throw problem;
    if (!denyPage(problem)) showProblem(byId("problem"), problem);
  });
}

const me = await signedIn("staff");
if (me) await guiding(me);
