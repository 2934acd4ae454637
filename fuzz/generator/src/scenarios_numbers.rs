//! Scenarios about numbers: representations, overflow, -0, ranges, comparisons, register pressure.

use crate::context::Context;

/// A driver: warm up with one kind of argument, then call with others.
const DRIVER: &str = "
for (let i = 0; i < @w; i++) mix($f(‹i¦i¦i & 7¦i - 50¦i * 0.5›, ‹@i¦i¦@n¦i + 1›));
print(\"warm\", __h);
for (const v of [@n, @o, @i, @o, @n]) {
try {
mix($f(v, ‹@i¦v¦@o›));
} catch (e) {
mix(e.name);
}
}
for (let i = 0; i < ‹20¦60›; i++) mix($f(i, @n));
";

pub fn random_function(cx: &mut Context) -> String {
    let body = cx.template("@S[a b r o:o t:a]");
    cx.template(&format!(
        "function $f(a, b) {{\nlet r = @i, o = ‹@O¦{{ x: a, y: b }}¦{{ y: 1, x: b }}›, t = ‹@A¦[a, b, 1]¦[1, 2, 3]›;\n{body}\
         ‹mix(r);¦r = (r + @I[a b r]) | 0;¦r += @N[a b];›\nreturn ‹r¦@N[a b r t:a]¦@I[a b r]¦t[0]¦o.x›;\n}}{DRIVER}"
    ))
}

pub fn overflow(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet s = ‹@i¦2147483640¦-2147483640¦1073741820›;\nfor (let i = 0; i < ‹5¦12¦20›; i++) {{\n\
         s = ‹s + a¦s - a¦s * 3¦s + i * a¦(s + a) | 0¦s << 1¦-s¦s++¦s-- - b¦s * a›;\n\
         ‹if (i == @b) s = @n;¦mix(s);¦s = s @+ b;¦›\n}}\nreturn ‹s¦s | 0¦s >>> 0¦s / 2¦s % 7›;\n}}{DRIVER}"
    ))
}

pub fn minus_zero(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet z = ‹a * -b¦-a¦a * 0¦0 / -b¦-a % b¦Math.round(-0.2 * a)¦Math.min(a, -a)¦a - a¦Math.max(-0, a * 0)¦(a | 0) * -1›;\n\
         ‹let q = z;¦let q = z + 0;¦let q = z * 1;¦let q = z | 0;¦let q = Math.abs(z);¦let q = -z;›\n\
         return ‹1 / q¦1 / z¦[q, z].map((v) => 1 / v).join()¦Object.is(q, -0)¦q === 0 && 1 / z < 0›;\n}}{DRIVER}"
    ))
}

pub fn range_of_induction(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nconst t = new ‹Int32Array¦Float64Array¦Array¦Uint8Array›(16);\nlet n = 0, s = 0;\n\
         for (let i = ‹0¦-2¦1¦15›; ‹i < 16¦i <= 16¦i !== 12 && i < 20¦i < (a & 15)›; i‹++¦ += 2¦ += @b¦++›) {{\n\
         if (n++ > 40) break;\n‹t[i] = i * a;¦t[i + @b] = b;¦t[i - 1] = s;¦s = s + t[i] | 0;¦if (i == 9) i = ‹11¦@b¦13›;¦t[(i * 3) & 15]++;›\n\
         ‹s += t[i + 1];¦s ^= t[15 - i];¦s = s * 2 + i;¦›\n}}\nmix(t.length);\nreturn s + t[3];\n}}{DRIVER}"
    ))
}

pub fn mixed_comparison(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet r = 0;\nif (a < b) r += 1;\nif (a == b) r += 2;\nif (a === @p) r += 4;\nif (a ‹>=¦<=¦!=¦!==› @n) r += 8;\n\
         if (a) r += 16;\nif (‹a == null¦b != undefined¦a == \"1\"¦typeof a === \"number\"¦a > \"5\"›) r += 32;\nreturn ‹r¦r + (a ?? 100)¦a && r¦b || r›;\n}}{DRIVER}"
    ))
}

pub fn bit_operations(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet h = @i;\nfor (let i = 0; i < ‹4¦9›; i++) {{\nh = ‹(h << 5) - h + a¦h ^ (h >>> 13)¦Math.imul(h, 16777619) ^ a¦h * 31 + b¦(h >>> i) + (a << i)¦~h + (b & 255)›;\n\
         ‹h |= 0;¦h >>>= 0;¦h >>= 1;¦›\n}}\nreturn ‹h¦h >>> 0¦h | 0¦h >>> @b›;\n}}{DRIVER}"
    ))
}

pub fn many_locals(cx: &mut Context) -> String {
    cx.template(&format!(
        "function $f(a, b) {{\nlet c = 1, d = 2.5, e = a, g = b, h = \"s\", k = true, l = null, m = -1, n = 0, p = a & 3;\n\
         for (let i = 0; i < ‹6¦15›; i++) {{\n[a, b, c, d] = ‹[b, c, d, a]¦[d, a, b, c]¦[b, a, d, c]›;\nconst t = e;\ne = g;\ng = m;\nm = n;\nn = ‹p¦p + i¦p @+ i›;\np = t;\n\
         if (i === @b) {{\n‹d = \"x\"¦e = 1.5¦m = undefined¦n = {{ valueOf() {{ return 3; }} }}›;\n}}\nk = !k;\n}}\n\
         return [a, b, c, d, e, g, h, k, l, m, String(n), p].join();\n}}{DRIVER}"
    ))
}

pub fn invariant(cx: &mut Context) -> String {
    cx.template(
        "
let $o = { len: @b, k: @i, p: { q: @n } };
function $g(i) {
if (i === ‹5¦25¦77›) $o.‹len = 3¦k = 0.5¦p = { q: 9, r: 1 }¦k = \"s\"¦p.q = -0›;
return i;
}
function $f(n) {
let s = 0;
for (let i = 0; i < n; i++) {
s += $o.k @+ @b;
‹$g(i);¦if (i & 1) $g(i);¦s += $g(i);›
s += $o.p.q;
if (i > $o.len * 20) s -= 1;
}
return s;
}
for (let j = 0; j < ‹10¦30›; j++) mix($f(‹3¦10¦30›));
print(String($f(‹40¦100›)));
",
    )
}
