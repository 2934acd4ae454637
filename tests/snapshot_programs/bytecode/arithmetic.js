// Operators on values.

//# add
function f(a, b) { return a + b * 2; }

//# smi_operations
function f(a) { return (a - 1) | (a * 3) & 7 ^ a << 2; }

//# comparison_chain
function f(a, b) { return a < b && b !== 3 || !(a >= b); }

//# exponent_and_unary
function f(a) { return (-a) ** 2 === +a ? ~a : void a; }

//# typeof_and_in
function f(a, o) { return typeof a === 'number' && 'x' in o && a instanceof o && typeof missing; }

//# compound_assignment
function f(o, k) { o.x += 1; o[k] ||= 2; o.y ??= 3; return o.z++; }

//# subtract_reversed
function f(a) { return 10 - a; }

//# exponent_right_associative
function f(a, b) { return a ** b ** 2; }

//# bitwise_with_constants
function f(a) { return (a & 255) | 256 ^ (a & -1); }

//# unary_plus_minus
function f(a) { return +a - -a; }

//# void_of_call
function f(g) { return void g(); }

//# typeof_unresolvable
function f() { return typeof nowhere; }

//# typeof_compared_null_like
function f(a) { return typeof a == 'object' ? a !== null : typeof a == 'bigint'; }

//# equality_loose
function f(a, b) { return a == b ? 1 : a != 4; }

//# compare_undefined
function f(a) { if (a === undefined) return 1; return void 0 !== a; }

//# relational_all
function f(a, b) { return [a < b, a <= b, a > b, a >= b]; }

//# instanceof
function f(a, C) { return a instanceof C; }

//# or_value
function f(a, b) { return a || b || 0; }

//# logical_mixed_condition
function f(a, b, c) { if ((a || b) && !(b && c)) return 1; return 0; }

//# nullish_with_parentheses
function f(a, b, c) { return (a && b) ?? (b || c); }

//# bigint_operators
function f(a, b) { return (a * 3n + b ** 2n) / (a - 1n) % 5n; }

//# number_literals
function f() { return [0, -0, 1, 127, 128, 32768, 2147483647, 2147483648, 1.5, 1e21, 5e-324]; }

//# legacy_octal
function f() { return 017 + 019 + '\01'.length; }

//# constant_strings
function f() { return 'a' + 'b' + 1; }

//# bits_assign_local
function f(a, b) { a |= b; a &= 7; a ^= b; a <<= 1; a >>= b; a >>>= 2; return a; }

//# logical_assign_local
function f(a, b) { a ||= b; a &&= 1; a ??= b; return a; }

//# logical_assign_member
function f(o) { o.a ||= 1; o.b &&= 2; return o.c ??= 3; }

//# logical_assign_captured
function f(a) { a ??= 1; return () => a ||= 2; }

//# postfix_update_local
function f(a) { return a++ + a--; }

//# prefix_update_member
function f(o) { return ++o.x - --o.y; }

//# prefix_update_element
function f(o, k) { return ++o[k] - --o[0]; }

//# update_global
function f() { g++; return --g; }

//# compound_member
function f(o, b) { o.x -= b; return o.y *= o.x; }

//# compound_global
function f(b) { g += b; return g **= 2; }

//# operand_reassigned
function f(a) { return a + (a = 2) * a++; }

//# optional_member
function f(o) { return o?.a; }

//# optional_call
function f(g) { return g?.(1, ...g); }

//# optional_call_of_method
function f(o) { return o.m?.(1); }

//# optional_parenthesised
function f(o) { return (o?.a).b + (o?.m)(); }

//# optional_typeof
function f(o) { return typeof o?.a; }

//# optional_private
class C { #p = 1; #m() {} f(o) { return o?.#p + o?.#m() + o.q?.#p; } }

//# ternary_nested
function f(a) { return a < 0 ? -1 : a > 0 ? 1 : 0; }
