// Bindings: scopes, closures, eval, with, globals.

//# closure
function f(x) { return () => x++; }

//# captured_loop_variable
function f(n) { const r = []; for (let i = 0; i < n; i++) r.push(() => i); return r; }

//# direct_eval
function f(a) { let b = eval('a + 1'); return () => eval(b); }

//# with_statement
function f(o, x) { with (o) { x = g(x); } }

//# temporal_dead_zone
function f(c) { if (c) return x; let x = 1; return () => x; }

//# globals
var g = 1; let l = 2; function f() { g = l; l = g + missing; return typeof missing; }

//# using_declarations
async function f(a) { using b = a; { await using c = a; return b; } }

//# let_in_block
function f(a) { { let b = a; a = b + 1; } return a; }

//# let_without_value
function f() { let a; return a; }

//# let_shadows_twice_captured
function f() { let a = 1; { let a = 2; f(() => a); } return () => a; }

//# var_in_block
function f(c) { if (c) { var a = 1; } return a; }

//# var_same_as_parameter
function f(a) { var a; return a; }

//# function_over_parameter
function f(a) { return a; function a() {} }

//# function_in_block_sloppy
function f(c) { if (c) { function g() {} } return g; }

//# function_in_block_used_before
function f() { g(); { g(); function g() {} } }

//# function_as_if_body
function f(c) { if (c) function g() {} return g; }

//# dead_zone_read
function f() { a; let a = 1; }

//# dead_zone_in_closure
function f(g) { g(() => a); let a = 1; return a; }

//# dead_zone_in_loop
function f(n) { while (n--) { if (n) g(); let a = n; function g() { return a; } } }

//# dead_zone_switch
function f(a) { switch (a) { case 1: return b; case 2: let b = 1; } }

//# const_assigned
function f() { const a = 1; a = 2; }

//# const_assigned_in_closure
function f() { const a = 1; return () => { a = 2; }; }

//# closure_counter
function f() { let n = 0; return { up() { return ++n; }, get n() { return n; } }; }

//# closure_of_sibling_blocks
function f(g) { { let a = 1; g(() => a); } { let a = 2; g(() => a); } }

//# closure_writes_outer
function f() { let a = 0; const g = () => { a = 1; }; g(); return a; }

//# closure_in_loop_mutates
function f(n) { let g; for (let i = 0; i < n; i++) g = () => i++; return g; }

//# named_function_expression_assigned
const g = function f() { f = 1; return f; };

//# named_function_expression_captured
const g = function f() { return () => f; };

//# catch_var_same_name
function f(g) { try { g(); } catch (e) { var e = 1; } return e; }

//# eval_declares_var
function f() { eval('var a = 1'); return a; }

//# eval_reads_let
function f() { let a = 1; { const b = 2; return eval('a + b'); } }

//# eval_in_nested_function
function f(a) { let b = 1; function g() { return eval('a + b'); } return g; }

//# eval_at_top_level
let a = 1; eval('a'); var f = eval('(x) => x');

//# with_write
function f(o, v) { with (o) x = v; }

//# with_typeof_and_delete
function f(o) { with (o) return typeof x + delete x; }

//# with_var_inside
function f(o) { with (o) { var a = 1; } return a; }

//# with_closure
function f(o) { with (o) return () => x = 1; }

//# with_for_head
function f(o) { with (o) for (x of y); with (o) for (z in y); }

//# global_let_and_const
let a = 1; const b = 2; function f() { a = b; return a; }

//# global_function_and_var
var v; function f() { return v; } v = f;

//# global_write_sloppy
function f() { g = 1; }

//# global_undefined_shadowed
function f(undefined) { return undefined; }

//# global_closure_over_block
let f; { let a = 1; f = () => a; }

//# using_two
function f(a, b) { using c = a, d = b; return c; }

//# using_with_return_and_throw
function f(a) { using b = a; if (b.x) return 1; throw b; }

//# using_in_switch_block
function f(a) { switch (a) { case 1: { using b = a; return b; } } }

//# using_dead_zone
function f(a) { b; using b = a; }

//# await_using_in_block
async function f(a) { { await using b = a; } return 1; }

//# await_using_for_of
async function f(a) { for (await using x of a) x.m(); }

//# parameter_captured_and_written
function f(a) { a++; return () => a; }
