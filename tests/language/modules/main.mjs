import leaf, { hoisted } from "./leaf.mjs";
import * as leafNs from "./leaf.mjs";
export let counter = 1;
export function increment() { counter++; }
export { leaf, leafNs };
export default "default" + " value";
import "./cycle.mjs";
print("main", counter, leaf, hoisted());
print("meta", Object.getPrototypeOf(import.meta), import.meta === import.meta);
