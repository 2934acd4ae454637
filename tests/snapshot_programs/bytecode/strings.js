// Templates and strings.

//# tagged_template
function f(a, t) { return t`x${a}y` + a.t`z`; }

//# template
function f(a, b) { return `x${a}y${b + 1}z`; }

//# literal
function f() { return 'abc'; }

//# literal_escapes
function f() { return '\n\t\\\'\u00e9\u{1f600}\x41'; }

//# literal_wide
function f() { return 'жук'; }

//# literal_same_twice
function f(g) { return g('abc', 'abc', "abc"); }

//# template_empty
function f() { return ``; }

//# template_only_substitution
function f(a) { return `${a}`; }

//# template_nested
function f(a, b) { return `x${a ? `y${b}` : `z`}w`; }

//# template_constants
function f() { return `a${1}b${'c'}d${null}`; }

//# template_string_conversion_order
function f(a, g) { return `${a}${g()}${a}`; }

//# template_many
function f(a) { return `1${a}2${a}3${a}4${a}5${a}6`; }

//# template_as_key
function f(o, i) { return o[`k${i}`] = `v${i}`; }

//# tagged_empty
function f(t) { return t``; }

//# tagged_invalid_escape
function f(t) { return t`\u ${1} \xg`; }

//# tagged_element
function f(o, k) { return o[k]`a`; }

//# tagged_same_site
function f(t) { const g = () => t`a`; return g() === g(); }

//# tagged_in_loop
function f(t, n) { while (n--) t`x${n}y`; }

//# tagged_super
var o = { f() { return super.t`a${this}`; } };

//# tagged_eval
function f() { return eval`1`; }

//# tagged_line_endings
function f(t) { return t`a
b`; }

//# concatenation_right
function f(a, b) { return a + ('x' + (b + 'y')); }

//# concatenation_assigned
function f(a, n) { let s = ''; while (n--) s += a; return s; }

//# concatenation_member
function f(o, a) { o.s += 'x' + a; return o; }

//# compared_relational
function f(a) { return a < 'b' && 'c' >= a; }

//# length_of_literal
function f() { return 'abc'.length + 'abc'[1]; }
