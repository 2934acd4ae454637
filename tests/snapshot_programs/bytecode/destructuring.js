// Patterns.

//# destructure_array
function f(p) { const [a, , b = 2, ...c] = p; return a + b + c.length; }

//# destructure_object
function f({ a, b: { c = 1 } = {}, ...r }) { return [a, c, r]; }

//# swap
function f(a, b) { [a, b] = [b, a]; return a - b; }

//# array_empty
function f(p) { const [] = p; }

//# array_holes_only
function f(p) { const [, , a] = p; return a; }

//# array_defaults
function f(p) { let [a = 1, b = a] = p; return a + b; }

//# array_rest
function f(p) { const [...a] = p; return a; }

//# array_rest_pattern
function f(p) { const [a, ...[b, c]] = p; return a + b + c; }

//# array_nested
function f(p) { const [[a], [[b]]] = p; return a + b; }

//# array_nested_default
function f(p) { const [[a = 1] = [2]] = p; return a; }

//# array_iterator_closed
function f(p, g) { const [a = g()] = p; return a; }

//# array_var
function f(p) { var [a, b] = p; return a + b; }

//# object_empty
function f(p) { const {} = p; }

//# object_shorthand
function f(p) { const { a, b } = p; return a + b; }

//# object_defaults
function f(p) { const { a = 1, b: c = a } = p; return a + c; }

//# object_default_evaluated_lazily
function f(p, g) { const { a = g() } = p; return a; }

//# object_string_and_number_keys
function f(p) { const { 'a b': x, 0: y, 1.5: z } = p; return x + y + z; }

//# object_rest
function f(p) { const { ...r } = p; return r; }

//# object_rest_computed
function f(p, k) { const { [k]: a, b, ...r } = p; return [a, b, r]; }

//# object_in_array
function f(p) { const [{ a }, { b = 1 }] = p; return a + b; }

//# array_in_object
function f(p) { const { a: [b, c] = [] } = p; return b + c; }

//# parameter_array
function f([a, b]) { return a + b; }

//# parameter_object
function f({ a, b = 2 }) { return a + b; }

//# parameter_default_uses_pattern
function f({ a }, b = a, c = () => a) { return b + c(); }

//# parameter_arrow
const f = ({ a }, [b]) => a + b;

//# assign_array
function f(a, b, p) { [a, b] = p; return a + b; }

//# assign_object
function f(a, b, p) { ({ a, x: b } = p); return a + b; }

//# assign_elements
function f(o, i, p) { [o[i], o[i + 1]] = p; }

//# assign_member_of_call
function f(g, p) { [g().a, g()[g(1)]] = p; }

//# assign_default_member
function f(o, p) { [o.a = 1] = p; ({ b: o.b = 2 } = p); }

//# assign_rest_to_member
function f(o, p) { [...o.a] = p; ({ ...o.b } = p); }

//# assign_nested
function f(o, p) { [[o.a], { b: o.b }] = p; }

//# assign_chain
function f(p) { let a, b; ({ a } = { b } = p); return a + b; }

//# assign_swap_elements
function f(a, i, j) { [a[i], a[j]] = [a[j], a[i]]; }

//# assign_to_const
function f(p) { const a = 1; [a] = p; }

//# assign_to_global
function f(p) { [g, h] = p; ({ i } = p); }

//# assign_in_dead_zone
function f(p) { [a] = p; let a; }

//# assign_parenthesised_target
function f(p) { let a; [(a)] = p; ({ b: (a) } = p); return a; }

//# for_of_head
function f(p) { let s = 0; for (const [k, { v }] of p) s += k + v; return s; }

//# for_head_declaration
function f(p) { for (let [a, b] = p; a < b; a++) p = a; return p; }

//# await_in_default
async function f(p) { const [a = await 1] = p; return a; }

//# var_redeclared_by_pattern
function f(a) { var { a } = a; return a; }
