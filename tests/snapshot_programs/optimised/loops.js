// Loops: phis, ranges, hoisting.

//# counting_loop
function f(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; } f(5); f(6);

//# hash_loop
function f(n) { let h = 7; for (let i = 0; i < n; i++) h = h * 31 + i | 0; return h; } f(9); f(9);

//# double_loop
function f(n) { let x = 0.5; while (n > 0) { x *= 1.5; n--; } return x; } f(5); f(6);

//# sum_of_doubles
function f(a) { let s = 0; for (let i = 0; i < a.length; i++) s += a[i]; return s; } f([0.5, 1.5]); f([2.5, 3.5]);

//# nested_loops
function f(n) { let s = 0; for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) s += i ^ j; return s; } f(4); f(5);

//# labelled_continue
function f(n) { let s = 0; a: for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) { if (j > i) continue a; s++; } return s; } f(4); f(5);

//# load_not_hoisted
function f(o, n) { let s = 0; for (let i = 0; i < n; i++) { s += o.k; o.k = i; } return s; } f({ k: 2 }, 4); f({ k: 3 }, 5);

//# bounds_check_constant_length
function f(a) { let s = 0; for (let i = 0; i < 4; i++) s += a[i & 3]; return s; } f([1, 2, 3, 4]); f([5, 6, 7, 8]);

//# step_of_two
function f(n) { let s = 0; for (let i = 1; i <= n; i += 2) s += i; return s; } f(5); f(8);

//# fill_typed_array
function f(a, v) { for (let i = 0; i < a.length; i++) a[i] = v + i; } let a = new Float64Array(4); f(a, 0.5); f(a, 1.5);

//# string_built
function f(n) { let s = ''; for (let i = 0; i < n; i++) s += 'x'; return s; } f(3); f(4);

//# two_shapes_in_loop
function f(a) { let s = 0; for (let i = 0; i < a.length; i++) s += a[i].v; return s; } f([{ v: 1 }, { u: 0, v: 2 }]); f([{ v: 3 }, { u: 0, v: 4 }]);

//# for_of_doubles
function f(a) { let s = 0; for (const x of a) s += x; return s; } f([0.5, 1.5]); f([2.5, 3.5]);

//# for_of_generator
function* g(n) { while (n--) yield n; } function f(n) { let s = 0; for (const x of g(n)) s += x; return s; } f(3); f(4);

//# object_dies_in_loop
function f(n) { let s = 0; for (let i = 0; i < n; i++) { const p = { x: i, y: 1 }; s += p.x + p.y; } return s; } f(4); f(5);

//# phi_swap
function f(n) { let a = 0, b = 1; while (n-- > 0) { const t = a + b; a = b; b = t; } return a; } f(5); f(6);
