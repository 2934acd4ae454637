import { counter, increment } from "./main.mjs";
let seen;
try { counter; } catch (e) { seen = e.constructor === ReferenceError ? "undefined before initialization" : "?"; }
print("cycle sees", typeof increment === "function" ? seen : "no function");
