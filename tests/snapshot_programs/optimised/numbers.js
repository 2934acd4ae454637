// Arithmetic and comparison with feedback.

//# add
function f(a, b) { return a + b; } f(1, 2); f(3, 4);

//# add_doubles
function f(a, b) { return a + b; } f(0.5, 2); f(3, 4.25);

//# add_strings
function f(a, b) { return a + b; } f('x', 'y'); f('z', 'w');

//# multiply
function f(a, b) { return a * b - a; } f(3, 4); f(5, 6);

//# negate
function f(a) { return -a; } f(3); f(4);

//# remainder
function f(a) { return a % 8; } f(3); f(12);

//# divide
function f(a, b) { return a / b; } f(3, 4); f(1, 3);

//# bits
function f(a, b) { return (a & 255) << 2 ^ b >>> 1; } f(3, 4); f(5, 6);

//# truncated_sum
function f(a, b) { return (a + b) | 0; } f(3, 4); f(5, 6);

//# compare
function f(a, b) { if (a < b) return a; return b; } f(3, 4); f(4, 3);

//# strict_equal
function f(a) { return a === null; } f(null); f(4);

//# logical
function f(a, b) { return a && !b; } f(1, 2); f(0, 2);

//# add_mixed
function f(a, b) { return a + b; } f(1, 2); f(1, 2.5); f(3, 4);

//# multiply_minus_zero
function f(a, b) { return a * b; } f(0, -1); f(-2, 0);

//# exponent
function f(a) { return a ** 2; } f(3); f(1.5);

//# decrement_postfix
function f(a) { const b = a--; return a * b; } f(4); f(5);

//# bits_of_double
function f(a) { return a | 0; } f(1.5); f(4294967297.5);

//# compare_mixed
function f(a, b) { return a <= b; } f(1, 2); f(1.5, 2);

//# truth_of_number
function f(a) { return a ? 1 : 2; } f(1); f(0);

//# common_subexpression
function f(a, b) { return a * b + (a * b); } f(2, 3); f(4, 5);

//# math_floor
function f(a) { return Math.floor(a); } f(1.5); f(-2.5);

//# math_sqrt
function f(a, b) { return Math.sqrt(a * a + b * b); } f(3, 4); f(1.5, 2.5);
