// The patient's parcels and where they go. What is in them is not shown: somebody may look over a shoulder.
import { call } from "./api.js";
import { byId, denyPage, el, onSignOut, setText, showProblem, signedIn, t, timeElement } from "./page.js";

function parcelItem(parcel) {
  const warned = ["quarantined", "replaced", "lost"].includes(parcel.state);
  const words = el("p", warned ? { class: "alert", role: "note", "aria-label": t("parcels.warning") } : {}, t(`parcels.state.${parcel.state}`));
  const confirm = parcel.state === "delivered" && el("button", { type: "button", class: "primary", onclick: () => attempt(() => call("POST", `/api/me/parcels/${parcel.id}/receipt`)) }, t("parcels.confirm"));
  return el("li", {}, timeElement(parcel.requested_at), words, confirm);
}

async function read() {
  const [parcels, { current }] = await Promise.all([call("GET", "/api/me/parcels"), call("GET", "/api/me/address")]);
  byId("parcels").replaceChildren(...parcels.map(parcelItem));
  byId("parcels-none").hidden = parcels.length > 0;
  byId("name").value = current?.name ?? "";
  byId("address").value = current?.address ?? "";
  byId("content").setAttribute("aria-busy", "false");
}

async function attempt(action) {
  showProblem(byId("problem"));
  setText(byId("saved"), "");
  try {
    await action();
    await read();
    return true;
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (!denyPage(problem)) showProblem(byId("problem"), problem);
    return false;
  }
}

if (await signedIn("patient")) {
  onSignOut();
  byId("address-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = { name: byId("name").value, address: byId("address").value };
    if (await attempt(() => call("PUT", "/api/me/address", { body }))) setText(byId("saved"), t("parcels.saved"));
  });
  await attempt(async () => {});
}
