// Loops of every kind.

//# counting_loop
function f(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s; }

//# while_break_continue
function f(n) { while (true) { if (n-- < 0) break; if (n & 1) continue; n -= 2; } return n; }

//# element_loop
function f(a) { let s = 0; for (let i = 0; i < a.length; i++) s += a[i]; return s; }

//# for_of
function f(a) { let s = 0; for (const x of a) s += x; return s; }

//# for_in
function f(o) { let s = ''; for (const k in o) s += k; return s; }

//# for_without_parts
function f(n) { for (;;) { if (n--) continue; return n; } }

//# for_with_var
function f(n) { for (var i = 0; i < n; i++); return i; }

//# for_two_variables
function f(n) { let s = 0; for (let i = 0, j = n; i < j; i++, j--) s += j - i; return s; }

//# for_let_captured_in_body
function f(n, g) { for (let i = 0; i < n; i++) g(() => i); }

//# for_let_captured_in_update
function f(n, g) { for (let i = 0; i < n; g(() => i), i++); }

//# for_let_captured_in_initialiser
function f(n) { let r; for (let i = 0, g = () => i; i < n; i++) r = g; return r; }

//# for_let_captured_with_continue
function f(n, g) { for (let i = 0; i < n; i++) { if (i & 1) continue; g(() => i); } }

//# for_body_shadows
function f(n) { let s = 0; for (let i = 0; i < n; i++) { let i = 5; s += i; } return s; }

//# while_loop
function f(n) { let s = 0; while (n > 0) { s += n; n--; } return s; }

//# while_with_assignment
function f(g) { let a, s = 0; while ((a = g()) !== null) s += a; return s; }

//# while_and_condition
function f(a, i) { while (i < a.length && a[i] !== 0) i++; return i; }

//# do_while
function f(n) { let s = 0; do { s += n; } while (--n); return s; }

//# do_while_once
function f(g) { do { g(); } while (false); }

//# nested_loops
function f(n) { let s = 0; for (let i = 0; i < n; i++) for (let j = i; j < n; j++) s += i * j; return s; }

//# for_of_let
function f(a) { for (let x of a) { x++; if (x) return x; } }

//# for_of_assignment
function f(a, x) { for (x of a); return x; }

//# for_of_element_head
function f(a, o, i) { for (o[i++] of a); return o; }

//# for_of_call_member_head
function f(a, g) { for (g().x of a); }

//# for_of_array_pattern
function f(a) { let s = 0; for (const [x, y] of a) s += x * y; return s; }

//# for_of_assignment_pattern
function f(a, o) { for ([o.x, o.y] of a); for ({ z: o.z } of a); return o; }

//# for_of_return_closes
function f(a) { for (const x of a) return x; }

//# for_of_throw_closes
function f(a, g) { for (const x of a) throw g(x); }

//# for_of_nested_break_outer
function f(a) { l: for (const x of a) for (const y of x) { if (y) break l; } return a; }

//# for_of_array_literal
function f() { let s = 0; for (const x of [1, 2, 3]) s += x; return s; }

//# for_of_dead_zone
function f() { for (const x of x) return x; }

//# for_of_head_async_name
function f(a) { for ((async) of a); for (async.x of a); }

//# for_of_empty_body
function f(a) { for (const x of a); }

//# for_of_using
function f(a) { for (using x of a) x.m(); }

//# for_in_var
function f(o) { for (var k in o); return k; }

//# for_in_var_initialiser
function f(o) { for (var k = 1 in o); return k; }

//# for_in_member_head
function f(o, p) { for (p.k in o); return p; }

//# for_in_pattern
function f(o) { for (const [a, b] in o) return b + a; }

//# for_in_body_uses_element
function f(o) { let s = 0; for (const k in o) s += o[k]; return s; }

//# for_in_break_and_continue
function f(o) { for (const k in o) { if (k === 'a') continue; if (k === 'b') break; } }

//# for_in_nullish
function f() { for (const k in null) return k; return 1; }

//# for_using
function f(g) { for (using a = g(); a.more();) a.next(); }

//# loop_captured_outside
function f(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return () => s; }
