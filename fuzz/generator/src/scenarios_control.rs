//! Scenarios about control flow: closures, OSR, exceptions, arguments, recursion, inlining, iterators.

use crate::context::Context;

pub fn counters(cx: &mut Context) -> String {
    cx.template(
        "
function $make(start) {
let n = start, calls = 0;
return {
inc(d) { n += d; calls++; return n; },
dec: (d) => { n = ‹n - d¦(n - d) | 0¦n * -1›; return calls; },
get() { return n; }
};
}
const $a = $make(@i), $b = $make(@n);
function $f(c, i) {
return c.inc(i) ‹+¦-› c.dec(‹1¦i¦@n›);
}
for (let i = 0; i < @w; i++) probe($f(‹$a¦i & 1 ? $a : $b›, i));
probe($f($b, @p));
probe($f($make(\"s\"), 1));
print(String($a.get()), String($b.get()));
",
    )
}

pub fn osr_type_change(cx: &mut Context) -> String {
    cx.template(
        "
‹function $f(n) {¦const $f = (n) => {›
let x = ‹0¦1¦@i›, y = ‹0.5¦1›, o = { p: 1 }, s = 0;
for (let i = 0; i < n; i++) {
x = ‹x + 1¦x + i¦(x + i) | 0¦x * 2 % 1000¦x - i›;
s += ‹o.p¦x & 3¦y¦x›;
if (i === ‹50¦90¦120›) {
‹x = 0.5¦x = \"a\"¦o = { q: 1, p: 2 }¦y = \"t\"¦x = undefined¦o = null¦s = -0¦x = 2147483647›;
}
if (o === null) o = { p: 3 };
‹y = y * 1.01;¦s = s + y;¦for (let j = 0; j < 3; j++) s += j;¦›
if (typeof x === \"string\" && x.length > 20) x = \"z\";
if (typeof s === \"string\" && s.length > 30) s = s.slice(0, 10);
}
return [x, y, s, o.p].map(String).join();
}
print($f(‹100¦150¦200›));
print($f(‹20¦130›));
",
    )
}

pub fn deep_throw(cx: &mut Context) -> String {
    cx.template(
        "
function $h(x) {
if (x === ‹33¦77¦5›) throw ‹new RangeError(\"h\" + x)¦x¦\"text\"¦{ code: x }¦null›;
return x @+ @b;
}
function $g(x) {
‹return $h(x) + 1;¦try { return $h(x); } finally { probe(x); }¦const o = { x }; return $h(o.x);›
}
function $f(x) {
let before = x * 2, after = \"unset\";
try {
after = $g(x);
‹if (x & 1) throw new TypeError(\"odd\");¦probe(after);›
} catch (e) {
after = ‹String(e)¦before¦e === null ? \"null\" : typeof e›;
} finally {
before++;
}
return before + \":\" + after;
}
for (let i = 0; i < @w; i++) probe($f(i));
print($f(33), $f(@p), $f(77));
",
    )
}

pub fn finally_overrides(cx: &mut Context) -> String {
    cx.template(
        "
function $f(n) {
let log = \"\";
$L: for (let i = 0; i < n; i++) {
try {
log += \"t\";
if (i % 4 === 1) ‹continue¦continue $L¦break $L¦throw i›;
‹if (i === 6) return log + \"r\";¦if (i === 6) null.x;¦›
log += i;
} ‹catch (e) { log += \"c\"; } ¦›finally {
log += \"f\";
‹if (i === 3) continue;¦if (i === 7) break;¦if (i === 5) return log;¦›
}
}
return log;
}
for (let i = 0; i < ‹20¦60›; i++) {
try {
probe($f(i % 12));
} catch (e) {
probe(String(e));
}
}
",
    )
}

pub fn arguments_object(cx: &mut Context) -> String {
    cx.template(
        "
function $g(a, b) {
‹\"use strict\";¦›
‹a = 5;¦arguments[0] = @p;¦arguments.length = 1;¦b = arguments[2];¦›
return [a, b, arguments[0], arguments[1], arguments.length].map(String).join();
}
function $f(x, y) {
‹return $g(x, y);¦return $g(x);¦return $g(x, y, x);¦return $g.apply(this, arguments);¦return $g();¦arguments[1] = x; return $g(y, x);›
}
function $s() {
let t = 0;
for (let i = 0; i < arguments.length; i++) t += arguments[i];
return t;
}
for (let i = 0; i < @w; i++) { probe($f(i, ‹i¦@n¦\"s\"›)); probe($s(i, 1, @n)); }
print($f(), $f(@p), String($s(1, \"2\", 3)), $f(1, 2, 3, 4));
",
    )
}

pub fn recursion(cx: &mut Context) -> String {
    cx.template(
        "
function $fib(n) {
return n < 2 ? ‹n¦1¦n * 0.5¦\"\" + n› : $fib(n - 1) + $fib(n - 2);
}
function $even(n) { return n === 0 ? true : $odd(n - 1); }
function $odd(n) { return n === 0 ? false : $even(n - 1); }
function $tree(d, v) { return d === 0 ? { v } : { l: $tree(d - 1, v), r: $tree(d - 1, ‹v + 1¦v * 2¦\"s\"›), v }; }
function $sum(t) { return t.l ? $sum(t.l) + $sum(t.r) + ‹t.v¦1› : t.v; }
for (let i = 0; i < 12; i++) { probe($fib(i % 8)); probe($even(i)); }
print(String($fib(‹8¦9¦10›)), String($sum($tree(‹3¦5›, ‹1¦0.5¦-1›))));
‹function $deep(n) { return $deep(n + 1) + 1; } try { $deep(0); } catch (e) { print(e.name, e.message); }¦›
",
    )
}

pub fn inlined_deopt(cx: &mut Context) -> String {
    cx.template(
        "
function $in2(o, v) {
const t = v ‹+¦-¦*› 1;
return ‹o.k + t¦o.k * t¦t + o.k | 0›;
}
function $in1(o, v, w) {
let a = w, b = v + w;
a = $in2(o, v);
return a ‹+¦-› b + w;
}
function $f(o, n) {
let s = 0, keep = { n };
for (let i = 0; i < n; i++) {
const before = s;
s = $in1(o, i, ‹s¦2¦keep.n›);
if (s > 1e9) s = before % 1000;
}
return s + keep.n;
}
const $o = { k: @i };
for (let i = 0; i < ‹20¦60›; i++) probe($f($o, 8));
‹$o.k = 0.5;¦$o.k = \"s\";¦$o.z = 1;¦delete $o.k;¦$in2 = (o, v) => -v;¦$o.k = { valueOf() { return 4; } };¦Object.defineProperty($o, \"k\", { get() { return 2; } });¦$o.k = 2147483647;›
for (let i = 0; i < 6; i++) probe(String($f($o, 5)).slice(0, 30));
print(String($f({ j: 0, k: 3 }, 10)).slice(0, 40));
",
    )
}

pub fn call_targets(cx: &mut Context) -> String {
    cx.template(
        "
const $t = [];
$t.push((a) => a + 1);
$t.push(function (a, b) { return a - b; });
$t.push(function (...r) { return r.length; });
$t.push((a) => @N[a]);
$t.push(Math.‹abs¦max¦floor›);
$t.push(String);
function $f(i, x) {
const g = $t[i];
return ‹g(x, 2)¦g.call(null, x)¦g.apply(undefined, [x, x])¦g(x)›;
}
for (let i = 0; i < @w; i++) probe($f(‹0¦i & 1¦i % 6¦3›, i));
for (let i = 0; i < 12; i++) probe($f(i % 6, @p));
try {
$f(‹6¦\"length\"¦-1›, 1);
} catch (e) {
print(e.name);
}
",
    )
}

pub fn labels(cx: &mut Context) -> String {
    cx.template(
        "
function $f(n) {
let c = 0;
$X: for (let i = 0; i < n; i++) {
$Y: for (let j = 0; j < n; j++) {
c += ‹1¦i¦j¦i * j›;
if (‹j === 3¦c % 7 === 2¦j > i›) ‹continue $X¦break $Y¦continue $Y¦continue›;
if (c > ‹90¦300›) break $X;
do {
c++;
if (c & 1) ‹continue¦break¦continue $Y¦break $Y›;
} while (c % 3);
}
}
return c;
}
for (let i = 0; i < ‹30¦60›; i++) probe($f(i % 7));
print($f(9));
",
    )
}

pub fn iterators(cx: &mut Context) -> String {
    cx.template(
        "
function $range(n, log) {
return {
[Symbol.iterator]() {
let i = 0;
return {
next() { ‹if (i === 5) throw new Error(\"next\");¦› return i < n ? { value: ‹i++¦i++ * 0.5¦[i++]›, done: false } : { value: undefined, done: true }; },
return() { log.push(\"return\"); return {}; }
};
}
};
}
function $f(it) {
let s = 0;
for (const v of it) {
s += +v;
if (s > ‹6¦20›) ‹break¦return s¦s = 0›;
}
return s;
}
const $log = [];
for (let i = 0; i < ‹20¦60›; i++) {
try {
probe($f(‹$range(i % 7, $log)¦[1, 2, i]¦i & 1 ? [i] : $range(3, $log)¦\"12\"›));
} catch (e) {
probe(e.message);
}
}
‹const $save = Array.prototype[Symbol.iterator]; Array.prototype[Symbol.iterator] = function () { return $range(2, $log)[Symbol.iterator](); }; probe($f([5, 6])); Array.prototype[Symbol.iterator] = $save;¦›
const [$p, $q] = $range(4, $log);
print(String($p), String($q), $log.length, [...$range(3, $log)].join());
",
    )
}

pub fn loop_captures(cx: &mut Context) -> String {
    cx.template(
        "
function $f(n) {
const l = [];
for (let i = 0, k = @i; i < n; i++) {
l.push(() => i ‹+ k¦* 2¦++›);
‹k += i;¦if (i === 2) i++;¦›
}
let s = 0;
for (const g of l) s += g();
‹for (const g of l) s = s * 2 + g();¦›
return s;
}
for (let i = 0; i < ‹20¦60›; i++) probe($f(i % 6));
print(String($f(8)));
",
    )
}

pub fn defaults(cx: &mut Context) -> String {
    cx.template(
        "
function $f(a, b = a + 1, { c = b, d } = {}, ...r) {
‹a = b;¦var b = 3;¦›
return [a, b, c, d, r.length].map(String).join();
}
for (let i = 0; i < ‹30¦80›; i++) probe($f(i, ‹undefined¦i¦@n›, ‹undefined¦{ c: i }¦{ d: @p }›));
try {
probe($f(1, 2, null));
} catch (e) {
probe(e.name);
}
const $g = (x = $h(), y = () => x) => { x = @p; return String(y()); };
function $h() { return ‹1¦\"d\"›; }
for (let i = 0; i < 20; i++) probe($g(‹undefined¦i›));
try {
probe($tdz);
} catch (e) {
probe(e.message.length);
}
let $tdz = 1;
print($f(), $f(@p, @p));
",
    )
}

pub fn switch_dispatch(cx: &mut Context) -> String {
    cx.template(
        "
function $f(v) {
let r = 0;
switch (v) {
case 0: r = 1;
case 1: r += 2; break;
case ‹2¦\"2\"¦-0¦0.5›: r = ‹4¦v›; break;
case \"s\": { r = 8; break; }
case @n: return -1;
default: r = ‹16¦32›;
case 7: r++;
}
return r;
}
for (let i = 0; i < @w; i++) probe($f(‹i & 7¦i % 3¦i & 1 ? \"s\" : i›));
for (const v of [@p, @n, -0, NaN, \"s\", null, @o]) probe($f(v));
print($f(7), $f(\"2\"));
",
    )
}
