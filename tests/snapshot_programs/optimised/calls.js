// Calls, inlining, control.

//# method_call
class A { g() { return this.v; } } function f(o) { return o.g(); } let o = new A; o.v = 1; f(o); f(o);

//# known_call
function g(a) { return a + 1; } function f(a) { return g(a) * 2; } f(1); f(2);

//# closure
let f; (function () { let n = 0; f = function () { n++; return n; }; })(); f(); f();

//# catch_clause
function f(a) { try { return a.x.y; } catch (e) { return 1; } } f({ x: { y: 2 } }); f({ x: { y: 3 } });

//# never_taken
function f(a) { if (a > 9) return a.x; return a; } f(1); f(2);

//# inlined_two_levels
function a(x) { return x + 1; } function b(x) { return a(x) * 2; } function f(x) { return b(x); } f(1); f(2); f(3);

//# default_argument
function g(a, b = 2) { return a * b; } function f(a) { return g(a) + g(a, 3); } f(1); f(2);

//# too_few_arguments
function g(a, b) { return b === undefined ? a : b; } function f(a) { return g(a); } f(1); f(2);

//# arguments_forwarded
function g(a, b) { return a - b; } function f() { return g.apply(null, arguments); } f(1, 2); f(3, 4);

//# construct_two_properties
function P(a, b) { this.a = a; this.b = b; } function f(a) { return new P(a, 2); } f(1); f(2);

//# construct_derived
class A { constructor(x) { this.x = x; } } class B extends A { constructor(x) { super(x); this.y = 1; } } function f(x) { return new B(x).y; } f(1); f(2);

//# constructor_itself
function f(a) { this.a = a; } new f(1); new f(2);

//# method_two_shapes
class A { g() { return 1; } } class B { g() { return 2; } } function f(o) { return o.g(); } f(new A); f(new B); f(new A);

//# call_through_bind_and_call
function g(a) { return this.v + a; } function f(o) { return g.call(o, 1); } f({ v: 1 }); f({ v: 2 });

//# array_reduce
function f(a) { return a.reduce((s, x) => s + x, 0); } f([1, 2]); f([3, 4]);

//# recursion
function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2); } f(3); f(4);

//# switch_on_integers
function f(a) { switch (a) { case 0: return 5; case 1: return 7; case 2: return 9; default: return 0; } } f(1); f(2); f(8);

//# try_finally
let n = 0; function f(a) { try { return a + 1; } finally { n++; } } f(1); f(2);

//# optional_call
function f(g) { return g?.(1); } f(x => x); f(undefined); f(x => x);
