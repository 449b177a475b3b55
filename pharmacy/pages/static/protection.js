// What a supervisor does for people's data: answers their requests, and works through a leak against its clocks.
import { act, mayBeRefused } from "./acting.js";
import { call } from "./api.js";
import { byId, denyPage, el, onSignOut, showProblem, signedIn, t, timeElement } from "./page.js";

const inJapan = (id) => `${byId(id).value}:00+09:00`;

// Does it and shows everything anew.
const run = (request) => act(async () => {
  await request();
  return read();
}, () => {}, t("protect.done"));

function request(one) {
  const words = el("textarea", { id: `answer-${one.id}`, rows: "1" });
  const answer = (granted) => run(() => call("POST", `/api/requests/${one.id}/answer`, { body: { granted, words: words.value } }));
  return el("li", { "aria-label": one.words },
    el("strong", {}, one.patient_name), " ", t(`privacy.kind.${one.kind}`), " ", timeElement(one.asked_at), el("p", {}, one.words),
    el("label", { for: words.id }, t("protect.answer")), words,
    el("button", { type: "button", onclick: () => answer(true) }, t("protect.grant")),
    el("button", { type: "button", onclick: () => answer(false) }, t("protect.decline")));
}

function report(name, one) {
  return el("p", { class: name },
    el("strong", {}, t(`protect.${name}`)), " ", t("protect.due_by"), " ", timeElement(one.due_by), " ",
    el("span", { class: "standing" }, t(`protect.standing.${one.standing}`)));
}

const NEXT = { open: "preliminary", preliminary: "final" };

function leak(one) {
  const next = NEXT[one.state];
  return el("li", { "aria-label": one.what },
    el("strong", {}, one.what), " ", timeElement(one.noticed_at),
    report("preliminary", one.preliminary), report("final", one.final),
    el("h3", {}, t("protect.affected")),
    el("ul", { "aria-label": t("protect.affected") }, ...one.affected.map((person) => el("li", {}, el("span", { class: "name" }, person.name), " ", person.identifier, " ", person.phone ?? ""))),
    next && el("button", { type: "button", onclick: () => run(() => call("POST", `/api/leaks/${one.id}/${next}`)) }, t(`protect.report.${next}`)));
}

async function read() {
  const [requests, { leaks, accounts }] = await Promise.all([call("GET", "/api/requests"), call("GET", "/api/leaks")]);
  byId("requests").replaceChildren(...(requests.length ? requests.map(request) : [el("li", { class: "empty" }, t("protect.requests.none"))]));
  byId("leaks").replaceChildren(...(leaks.length ? leaks.map(leak) : [el("li", { class: "empty" }, t("protect.leaks.none"))]));
  byId("account").replaceChildren(...accounts.map(({ account, name }) => el("option", { value: account }, name)));
  byId("leaks").setAttribute("aria-busy", "false");
}

byId("new-leak").addEventListener("submit", (event) => {
  event.preventDefault();
  const body = { what: byId("what").value, account: byId("account").value, began_at: inJapan("began"), ended_at: inJapan("ended") };
  run(() => call("POST", "/api/leaks", { body }));
});
onSignOut();
if (await signedIn("staff")) await mayBeRefused(read, denyPage, showProblem);
