// Whether the AI may answer anything by itself, and the switch that stops it.
import { call } from "./api.js";
import { byId, setText, t } from "./page.js";

export async function showAutonomy(me, attempt) {
  const supervisor = me.roles.includes("supervisor");

  function show({ mode, changed_by: name }) {
    const on = mode === "auto_send";
    setText(byId("autonomy-state"), t(`autonomy.${mode}`) + (name ? ` ${t("autonomy.by", { name })}` : ""));
    byId("autonomy-form").hidden = on || !supervisor;
    byId("autonomy-who").hidden = on || supervisor;
    byId("autonomy-stop").hidden = !on;
    byId("autonomy").setAttribute("aria-busy", "false");
  }

  byId("autonomy-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => show(await call("PUT", "/api/autonomy", { body: { mode: "auto_send", reason: byId("autonomy-reason").value } })));
  });
  byId("autonomy-stop").addEventListener("click", () => attempt(async () => show(await call("POST", "/api/autonomy/stop"))));
  show(await call("GET", "/api/autonomy"));
}
