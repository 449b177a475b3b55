// Correcting a reply: a message of its own, which both sides see below the original.
import { call, freshKey } from "./api.js";
import { byId, showProblem } from "./page.js";
import { openPlaces } from "./quick.js";
import { Warnings } from "./warned.js";

// Gives back what opens the dialog for one reply.
export function offerCorrection(path, onSent) {
  const dialog = byId("correction");
  const field = byId("correction-text");
  const warnings = new Warnings(byId("correction-warnings"), path, () => byId("correction-form").requestSubmit());
  let original;
  let key; // stays the same while the same correction is tried again

  function offerSending() {
    byId("correction-send").disabled = !field.value.trim() || field.value === original.text || openPlaces(field.value).length > 0;
  }

  field.addEventListener("input", () => {
    key = freshKey();
    warnings.clear();
    offerSending();
  });
  byId("correction-cancel").addEventListener("click", () => dialog.close());
  byId("correction-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    byId("correction-send").disabled = true;
    try {
      onSent(await call("POST", `${path}/messages/${original.id}/correction`, { body: { text: field.value, ...warnings.for(field.value) }, key }));
      dialog.close();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      showProblem(byId("correction-problem"), problem);
      if (problem.code === "warned") await warnings.show(field.value);
      offerSending();
    }
  });

  return (message) => {
    original = message;
    key = freshKey();
    field.value = message.text;
    byId("correction-original").textContent = message.text;
    showProblem(byId("correction-problem"));
    warnings.clear();
    offerSending();
    dialog.showModal();
    field.focus();
  };
}
