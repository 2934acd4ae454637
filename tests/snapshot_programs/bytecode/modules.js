// Modules.

//# exports
// module
export let a = 1; export const b = 2; export default function f() { return a + b; } export { a as c }; a++;

//# imports
// module
import d, { e as g } from "x"; import * as n from "y"; export function f() { return d + g + n.z; }

//# meta_and_dynamic
// module
export async function f(s) { const m = await import(s); return m.default + import.meta.url; }

//# top_level_await
// module
const v = await import("x"); export { v }; for await (const w of v.list) globalThis.last = w;

//# re_exports
// module
export * from "x"; export * as n from "y"; export { default as d, e } from "z";

//# default_expression
// module
export default (class { static s = 1; m() { return new.target; } });

//# cyclic_bindings
// module
import { b as own } from "self"; export var b = 3; export const f = () => own + b; export { f as default };

//# import_nothing
// module
import "x"; export {};

//# import_namespace
// module
import * as n from "x"; export function f(k) { return n[k] + n.a; }

//# import_called
// module
import { g } from "x"; export function f() { return g(1) + g.h(2) + new g; }

//# import_attributes_re_export
// module
export { a } from "x" with { type: "json", };

//# export_var
// module
export var a = 1, b; a += 2;

//# export_function
// module
f(); export function f() { return f; }

//# export_class
// module
export class f { static s = f; }

//# export_default_arrow
// module
export default () => 1;

//# export_default_named_class
// module
export default class f {} f = 1;

//# re_export_one
// module
export { a } from "x";

//# re_export_star
// module
export * from "x";

//# same_module_twice
// module
import { a } from "x"; import { b } from "x"; export const f = () => a + b;

//# top_level_this
// module
export const f = () => this;

//# top_level_await_using
// module
await using a = globalThis.g(); export { a };

//# module_local_scope
// module
var a = 1; let b = 2; export function f() { return a + b++; }
