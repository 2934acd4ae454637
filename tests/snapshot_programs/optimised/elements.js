// Arrays, typed arrays, strings.

//# load_element
function f(a, i) { return a[i]; } f([1, 'x'], 0); f([1, 'x'], 1);

//# load_hole
function f(a, i) { return a[i]; } f([1, , 3], 0); f([1, , 3], 1);

//# store_element
function f(a, i, v) { a[i] = v; } let a = [1, 'x']; f(a, 0, a); f(a, 1, a);

//# typed_array
function f(a, i) { a[i] = a[i] + 1; } let a = new Int32Array(4); f(a, 1); f(a, 2);

//# load_small_integer
function f(a, i) { return a[i]; } f([1, 2], 0); f([3, 4], 1);

//# load_holey_any
function f(a, i) { return a[i]; } f(['x', , 1], 0); f(['y', , 2], 2);

//# load_two_kinds
function f(a, i) { return a[i]; } f([1, 2], 0); f([0.5, 1.5], 1); f(['x'], 0);

//# store_integer_in_doubles
function f(a, i) { a[i] = 7; } let a = [0.5, 1.5]; f(a, 0); f(a, 1);

//# store_with_kind_transition
function f(a, v) { a[0] = v; } f([1, 2], 0.5); f([1, 2], 'x'); f([1, 2], 3);

//# array_length
function f(a) { return a.length; } f([1, 2]); f([3]);

//# array_push_double
function f(a, v) { a.push(v); } let a = [0.5]; f(a, 1.5); f(a, 2.5);

//# array_literal
function f(x) { return [x, 1, 2]; } f(1); f(2);

//# array_spread
function f(a) { return [0, ...a]; } f([1, 2]); f([3, 4]);

//# destructured_swap
function f(a, b) { [a, b] = [b, a]; return a - b; } f(1, 2); f(3, 4);

//# typed_uint8
function f(a, i, v) { a[i] = v; return a[i]; } let a = new Uint8Array(4); f(a, 0, 300); f(a, 1, 3);

//# typed_uint16
function f(a, i, v) { a[i] = v; return a[i]; } let a = new Uint16Array(4); f(a, 0, 70000); f(a, 1, 3);

//# typed_float64
function f(a, i, v) { a[i] = v; return a[i]; } let a = new Float64Array(4); f(a, 0, 0.1); f(a, 1, 1.5);

//# typed_out_of_bounds
function f(a, i) { return a[i]; } let a = new Uint8Array(4); f(a, 9); f(a, 1);

//# string_char_code_at
function f(s, i) { return s.charCodeAt(i); } f('abc', 0); f('abc', 2);
