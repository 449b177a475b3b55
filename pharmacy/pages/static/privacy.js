// The patient's own: what they agreed to, and what the pharmacy keeps of them.
import { act, mayBeRefused } from "./acting.js";
import { call } from "./api.js";
import { byId, denyPage, el, onSignOut, setText, showProblem, signedIn, t, timeElement } from "./page.js";

const language = document.documentElement.lang;

function consent({ purpose, state, decided_at: decidedAt }) {
  const given = state === "given";
  const path = `/api/me/consents/${purpose.id}`;
  const decide = () => act(async () => {
    await (given ? call("DELETE", path) : call("PUT", path, { body: { version: purpose.version } }));
    return read();
  }, () => {}, t(given ? "privacy.state.withdrawn" : "privacy.state.given"));
  return el("article", { "aria-label": purpose.title[language] },
    el("h3", {}, purpose.title[language]),
    el("p", {}, purpose.text[language]),
    el("p", { class: "hint" }, t("privacy.recipient"), " ", purpose.recipient[language], " / ", t("privacy.version"), " ", purpose.version),
    el("p", { class: "state" }, t(`privacy.state.${state}`), " ", decidedAt && timeElement(decidedAt)),
    el("button", { type: "button", onclick: decide }, t(given ? "privacy.withdraw" : "privacy.give")));
}

function request(one) {
  const fetchData = () => act(() => call("GET", `/api/me/requests/${one.id}/export`), (data) => {
    setText(byId("data"), JSON.stringify(data, null, 2));
    byId("data-section").hidden = false;
    byId("data").focus();
  }, "");
  return el("li", { "aria-label": one.words },
    el("strong", {}, t(`privacy.kind.${one.kind}`)), " ", timeElement(one.asked_at), " ",
    el("span", { class: "state" }, t(`privacy.request.${one.state}`)),
    el("p", {}, one.words), one.answer && el("p", { class: "answer" }, one.answer),
    one.state === "fulfilled" && el("button", { type: "button", onclick: fetchData }, t("privacy.fetch")));
}

async function read() {
  const [consents, requests] = await Promise.all([call("GET", "/api/me/consents"), call("GET", "/api/me/requests")]);
  byId("consents").replaceChildren(...consents.map(consent));
  byId("requests").replaceChildren(...requests.map(request));
  byId("consents").setAttribute("aria-busy", "false");
}

byId("new-request").addEventListener("submit", (event) => {
  event.preventDefault();
  act(async () => {
    await call("POST", "/api/me/requests", { body: { kind: byId("kind").value, words: byId("words").value } });
    byId("new-request").reset();
    return read();
  }, () => {}, t("privacy.asked"));
});
onSignOut();
if (await signedIn("patient")) await mayBeRefused(read, denyPage, showProblem);
