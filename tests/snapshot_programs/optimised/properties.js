// Named properties, literals, globals.

//# load_property
function f(o) { return o.b; } f({ a: 1, b: 2 }); f({ a: 3, b: 4 });

//# load_two_shapes
function f(o) { return o.b; } f({ b: 2 }); f({ a: 3, b: 4 });

//# store_property
function f(o, v) { o.b = v; } let o = { a: 1, b: 2 }; f(o, 3); f(o, 'x');

//# add_property
function f(o) { o.b = 1; } f({ a: 1 }); f({ a: 2 });

//# object_literal
function f(x) { return { x, y: 2 }; } f(1); f(2);

//# global_variable
var g = 1; function f() { g = g + 1; } f(); f();

//# string_length
function f(s) { return s.length; } f('abc'); f('de');

//# load_three_shapes
function f(o) { return o.b; } f({ b: 1 }); f({ a: 1, b: 2 }); f({ c: 1, b: 3 }); f({ b: 4 });

//# load_missing
function f(o) { return o.z; } f({ a: 1 }); f({ a: 2 });

//# load_chain
function f(o) { return o.a.b.c; } f({ a: { b: { c: 1 } } }); f({ a: { b: { c: 2 } } });

//# load_getter
class A { constructor() { this.n = 1; } get v() { return this.n; } } function f(o) { return o.v; } f(new A); f(new A);

//# store_double_field
function f(o, v) { o.x = v; } let o = { x: 0.5 }; f(o, 1.5); f(o, 2.5);

//# add_three_properties
function f() { const o = {}; o.a = 1; o.b = 2; o.c = 3; return o; } f(); f();

//# increment_property
function f(o) { o.n++; } let o = { n: 1 }; f(o); f(o);

//# global_let
let g = 1; function f() { return g++; } f(); f();

//# global_missing_typeof
function f() { return typeof missing === 'undefined'; } f(); f();

//# object_not_escaping
function f(x, y) { const p = { x, y }; return p.x + p.y; } f(1, 2); f(3, 4);

//# object_spread
function f(o) { return { ...o, z: 1 }; } f({ a: 1 }); f({ a: 2 });

//# in_operator
function f(o) { return 'a' in o; } f({ a: 1 }); f({ a: 2 });
