// The page is complete as it is; only the language button needs a script.
import "./page.js";
