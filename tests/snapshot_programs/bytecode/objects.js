// Properties, literals.

//# property_access
function f(o, k) { o.x = o.y + o[k]; o[k] = o?.z?.[1]; return delete o.x; }

//# object_literal
function f(a) { return { a, b: 1, ['c' + a]: 2, get d() { return 3; }, m() {}, ...a }; }

//# array_literal
function f(a) { return [1, , a, ...a, 2.5]; }

//# empty_literals
function f() { return [{}, []]; }

//# literal_constants
function f() { return { a: 1, b: 'x', c: null, d: true, e: 2.5 }; }

//# literal_nested_constant
function f() { return { a: { b: { c: 1 } }, d: [1, { e: 2 }] }; }

//# literal_methods
function f() { return { m() {}, *g() {}, async a() {}, async *b() {} }; }

//# literal_computed_members
function f(k) { return { [k]: 1, [k + 1]() {}, get [k + 2]() { return 3; }, set [k + 3](v) {} }; }

//# literal_computed_constant_key
function f() { return { ['a']: 1, [1]: 2, [`b`]: 3 }; }

//# literal_bigint_key
function f() { return { 1n: 2 }; }

//# literal_duplicate_accessor_and_value
function f() { return { get a() { return 1; }, a: 2, get b() { return 3; }, set a(v) {} }; }

//# literal_proto_null
function f() { return { __proto__: null, a: 1 }; }

//# literal_proto_late
function f(p) { return { a: 1, __proto__: p, b: 2 }; }

//# literal_spread
function f(o) { return { ...o }; }

//# literal_spread_nullish
function f() { return { ...null, ...undefined, ...'ab' }; }

//# literal_computed_named_function
function f(k) { return { [k]: () => 1, [k + 1]: class {} }; }

//# literal_accessor_super
var o = { get f() { return super.f; }, set f(v) { super.f = v; } };

//# literal_keyword_keys
function f() { return { if: 1, get: 2, set: 3, async: 4, new: 5, await: 6 }; }

//# literal_large
function f(x) { return { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 10, k: 11, l: 12, m: 13, n: 14, o: 15, p: x }; }

//# literal_as_receiver
function f(k) { return { a: 1, b: 2 }[k]; }

//# array_constant_doubles
function f() { return [1.5, 2, -0.5]; }

//# array_constant_nested
function f() { return [[1, 2], [3, [4]]]; }

//# array_constant_then_variable
function f(a) { return [1, 2, 3, a, 5]; }

//# array_holes
function f() { return [, 1, , 2, ,]; }

//# array_spread_middle
function f(a, b) { return [1, ...a, 2, ...b, , 3]; }

//# array_large
function f() { return [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33]; }

//# regexp_literal
function f() { return /a+b/; }

//# regexp_method
function f(s) { return /(\d+)-(?<x>\w)/u.exec(s)?.groups.x; }

//# regexp_in_loop
function f(n) { const r = []; while (n--) r.push(/x/g); return r; }

//# get_element
function f(o, k) { return o[k]; }

//# get_constant_string_key
function f(o) { return o['a'] + o['a b'] + o['12']; }

//# get_length
function f(o) { return o.length; }

//# get_same_twice
function f(o) { return o.a + o.a; }

//# get_of_primitive
function f() { return 'abc'.length + (5).x + true.y; }

//# set_named_strict
function f(o) { 'use strict'; o.a = 1; o['b'] = 2; }

//# set_value_used
function f(o, v) { return o.a = v; }

//# set_order_of_evaluation
function f(g) { g(1)[g(2)] = g(3); }

//# delete_element
function f(o, k) { return delete o[k]; }

//# delete_strict
function f(o, k) { 'use strict'; delete o.a; return delete o[k]; }

//# delete_global
function f() { return delete g; }

//# delete_super
var o = { f() { delete super.a; } };

//# in_as_condition
function f(o, k) { if (!(k in o)) return 1; return o[k]; }
