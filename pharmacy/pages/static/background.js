// What must be known of a patient before a prescription is filled. Not told is not the same as none.
import { call } from "./api.js";
import { byId, setText, showProblem, t } from "./page.js";

const LISTS = ["notebook", "concomitant", "reactions"];
const NUMBERS = ["weight_kg", "egfr"];
const lines = (id) => byId(id).value.split("\n").map((line) => line.trim()).filter(Boolean);

function fill(background) {
  for (const name of LISTS) {
    byId(name).value = (background[name] ?? []).join("\n");
    byId(`${name}-none`).checked = background[name]?.length === 0;
  }
  for (const name of NUMBERS) byId(name).value = background[name] ?? "";
  byId("kidney_disease").value = background.kidney_disease;
}

function entered() {
  const told = { kidney_disease: byId("kidney_disease").value };
  for (const name of LISTS) {
    const entries = lines(name);
    told[name] = entries.length || byId(`${name}-none`).checked ? entries : null;
  }
  for (const name of NUMBERS) told[name] = byId(name).value === "" ? null : Number(byId(name).value);
  return told;
}

// Shows the form for the prescription at `path`; `onSaved` after each saving.
export function offerBackground(path, background, { mayRecord, onSaved }) {
  fill(background);
  byId("background").hidden = false;
  byId("background-save").hidden = !mayRecord;
  const form = document.querySelector(".background-form");
  form.onsubmit = async (event) => {
    event.preventDefault();
    setText(byId("background-status"), "");
    try {
      fill(await call("PUT", `${path}/background`, { body: entered() }));
      showProblem(byId("problem"));
      await onSaved();
      setText(byId("background-status"), t("background.saved"));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      showProblem(byId("problem"), problem);
    }
  };
}
