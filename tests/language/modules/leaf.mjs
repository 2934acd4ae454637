export default "leaf";
export function hoisted() { return "hoisted"; }
print("leaf", (() => { "use strict"; return this === undefined; })(), typeof arguments === "undefined" ? "undefined" : "");
