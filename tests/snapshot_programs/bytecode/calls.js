// Calls, construction, arguments.

//# calls
function f(g, o) { g(); g(1, 2); o.m(3); return new g(o, ...o); }

//# generic_recursion
function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2); }

//# arguments_mapped
function f(a) { arguments[0] = 2; return a + arguments.length; }

//# arguments_strict
function f(a) { 'use strict'; arguments[0] = 2; return a; }

//# default_and_rest
function f(a, b = a + 1, ...r) { return b + r.length; }

//# call_without_arguments
function f(g) { return g(); }

//# call_undefined_receiver
function f(o) { return (0, o.m)(1); }

//# method_call
function f(o, a) { return o.m(a, 1); }

//# method_computed
function f(o, k, a) { return o[k](a); }

//# method_chain
function f(o) { return o.a().b(1).c(2); }

//# callee_reassigned_in_arguments
function f(g) { return g(g = null); }

//# spread_only
function f(g, a) { return g(...a); }

//# spread_method
function f(o, a) { return o.m(...a, 2); }

//# spread_new
function f(C, a) { return new C(...a, 1); }

//# new_without_arguments
function f(C) { return new C; }

//# new_of_call_result
function f(g) { return new (g())(1); }

//# new_target_in_arrow
function f() { return () => new.target === f; }

//# direct_eval_with_spread
function f(a) { return eval(...a); }

//# eval_with_two_arguments
function f(a, g) { return eval(a, g()); }

//# arguments_length
function f() { return arguments.length; }

//# arguments_mapped_parameter_written
function f(a, b) { a = 5; return arguments[0] + b; }

//# arguments_mapped_duplicate_parameters
function f(a, a) { a = 3; return arguments; }

//# arguments_escaping
function f(a, g) { return g(arguments); }

//# arguments_assigned
function f() { arguments = 1; return arguments; }

//# arguments_as_inner_function
function f() { return arguments; function arguments() {} }

//# arguments_var_declared
function f() { var arguments; return arguments; }

//# forward_by_spread
function f(...r) { return f.g(...r); }

//# default_parameter
function f(a = 1) { return a; }

//# default_of_later_parameter
function f(a = b, b) { return a; }

//# default_with_closure
function f(a, b = () => a) { a = 2; return b; }

//# default_with_eval
function f(a = eval('var z = 1'), b = z) { return b; }

//# default_with_arguments
function f(a = arguments[1], b) { return a; }

//# rest_only
function f(...r) { return r; }

//# rest_unused
function f(a, ...r) { return a; }

//# rest_and_arguments
function f(a, ...r) { return arguments.length + r.length; }

//# arrow_object_body
const f = a => ({ a });

//# arrow_nested_this
function f() { return () => () => this; }

//# this_sloppy
function f() { return this; }

//# this_property_store
function f(a) { this.a = a; this.b = this.a + 1; }

//# self_call_by_inner_name
const g = function f(n) { return n ? f(n - 1) : 0; };

//# return_nothing
function f() { return; }

//# unused_call_result
function f(o) { o.a(); o.b(); o.c(); }
