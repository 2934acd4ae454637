//! Scenarios about arrays, typed arrays and strings: element kinds, holes, bounds, aliases, callbacks.

use crate::context::Context;

pub fn elements_transition(cx: &mut Context) -> String {
    cx.template(
        "
function $f(a) {
let s = 0;
for (let i = 0; i < a.length; i++) {
s += ‹a[i]¦a[i] * 2¦a[i] | 0¦a[a.length - 1 - i]›;
‹a[i] = i;¦a[i] = a[i] + 1;¦if (i === 2) a[i] = ‹0.5¦i¦-0›;¦›
}
return s;
}
const $a = ‹[1, 2, 3, 4]¦[0.5, 1.5, 2.5]¦new Array(5).fill(0)¦[]›;
for (let i = 0; i < @w; i++) probe($f($a));
print(\"next\");
‹$a[1] = 0.5;¦$a.push(\"s\");¦$a[$a.length + 2] = 1;¦delete $a[0];¦$a.length = 2;¦$a[0] = {};¦$a[2000] = 1; $a.length = 4;¦$a[1] = NaN;¦$a.unshift(undefined);›
for (let i = 0; i < 20; i++) probe($f($a));
‹$a.fill(1);¦$a[0] = null;¦$a.reverse();¦$a.splice(1, 1, 7, 8);›
for (let i = 0; i < 5; i++) probe($f($a));
print(JSON.stringify($a), String($f(@A)));
",
    )
}

pub fn holes_and_prototype(cx: &mut Context) -> String {
    cx.template(
        "
const $a = ‹[1, , 3, , 5]¦[0.5, , 1.5]¦[, , ]¦[\"a\", , {}]¦new Array(4)›;
function $f(a, i) {
‹const v = a[i];¦const v = a.pop(); a.push(v);¦const v = a[i]; a[i & 3] = v;¦const v = i in a ? a[i] : \"none\";›
return v === undefined ? \"u\" : v;
}
for (let i = 0; i < @w; i++) probe(String($f($a, i % 5)));
‹Array.prototype[1] = 42;¦Object.prototype[3] = \"op\";¦Object.defineProperty(Array.prototype, \"1\", { get() { return probe(\"get\"); }, set(v) { probe(v); }, configurable: true });¦Object.setPrototypeOf($a, { 1: \"mine\", length: 1, pop: Array.prototype.pop, push: Array.prototype.push });›
try {
for (let i = 0; i < 30; i++) probe(String($f($a, i % 5)));
} catch (e) {
probe(e.name);
}
print([String($a[1]), String($a[3]), $a.length].join());
delete Array.prototype[1];
delete Object.prototype[3];
for (let i = 0; i < 5; i++) probe(String($f($a, i)));
",
    )
}

pub fn out_of_bounds(cx: &mut Context) -> String {
    cx.template(
        "
const $a = ‹[1, 2, 3, 4, 5]¦[1.5, 2.5, 3.5]¦@A¦new Float64Array(5)¦new Int8Array(4)¦\"string\"›;
let $c = 0;
function $f(i, v) {
const x = $a[i];
‹if (typeof $a !== \"string\") $a[i] = v;¦const y = $a[i + 1];¦const y = $a[-i];¦const y = $a[i * 0.5];›
return x === undefined ? -1 : x;
}
for (let i = 0; i < @w; i++) probe($f(i % 3, i));
‹Object.defineProperty(Array.prototype, \"-1\", { set(v) { $c++; $a.length = 2; }, get() { return $c; }, configurable: true });¦›
for (const i of [3, ‹5¦7¦12›, -1, 2147483647, 4294967295, @n, \"1\", \"x\", -0]) {
try {
probe($f(i, @p));
} catch (e) {
probe(e.message);
}
}
print($a.length, $c, String($a[2]), Object.keys($a).join());
‹delete Array.prototype[\"-1\"];¦delete Array.prototype[-1];›
",
    )
}

pub fn length_changes_in_call(cx: &mut Context) -> String {
    cx.template(
        "
function $g(a, i) {
if (i === ‹3¦20¦60›) { ‹a.length = 2¦a.push(0.5)¦a[1] = \"s\"¦a.shift()¦delete a[2]¦a[0] = undefined›; }
return i;
}
function $f(a, k) {
let s = 0;
for (let i = 0; i < a.length; i++) {
s += a[i] === undefined ? 100 : +a[i] | 0;
$g(a, k);
if (i > 30) break;
s += ‹a[i] | 0¦a.length¦a[0] === undefined ? 1 : 2›;
}
return s;
}
for (let k = 0; k < @w; k++) probe($f(‹[1, 2, 3, 4]¦[1, 2.5, 3]¦new Array(3).fill(k)›, k));
print(String($f([5, 6, 7, 8], 20)), String($f(@A, 3)));
",
    )
}

pub fn array_aliases(cx: &mut Context) -> String {
    cx.template(
        "
function $f(a, b, n) {
let s = 0;
for (let i = 0; i < n; i++) {
a[i] = i ‹+¦*› ‹1¦0.5¦2›;
‹b[i] = s;¦b[i] = \"s\";¦b[0] = i;¦b.length = n;›
s += +a[i] || 0;
‹b[n] = a[0];¦s -= b[i] | 0;¦›
}
return s;
}
const $p = [1, 2, 3, 4, 5, 6, 7, 8], $q = ‹[8, 7, 6, 5, 4, 3, 2, 1]¦[0.5, 1.5, 2.5]¦[]›;
for (let i = 0; i < ‹20¦60›; i++) probe($f($p, $q, ‹4¦8›));
print(String($f($p, $p, 6)), String($f($q, $p, 8)), $p.join(), $q.join());
",
    )
}

pub fn typed(cx: &mut Context) -> String {
    cx.template(
        "
const $a = new ‹Int8Array¦Uint8Array¦Uint8ClampedArray¦Int16Array¦Uint16Array¦Int32Array¦Uint32Array¦Float32Array¦Float64Array›(‹8¦12›);
const $b = new ‹Int32Array¦Uint8Array¦Float32Array›(‹$a.buffer¦$a.buffer.slice(0)¦4¦[1, 2, 300]›);
function $f(i, v) {
$a[i] = v;
‹$b[i & 3] = $a[i];¦$b[i & 1] += v;¦$a[i + 1] = $b[0];¦›
return $a[i] ‹+¦-¦*› ($b[‹0¦i¦1›] ‹| 0¦>>> 0›);
}
for (let i = 0; i < @w; i++) probe($f(‹i & 7¦i % 9¦i›, ‹i¦i * 1000¦i * 0.3¦-i›));
for (const v of [@n, @n, 300, -1, 1e10, NaN, -0, \"7\", { valueOf() { return 3.7; } }]) probe($f(1, v));
for (const i of [-1, 100, 1.5, \"2\", 2147483648]) probe($f(i, 5));
let $s = 0;
for (let i = 0; i < $a.length; i++) $s += $a[i];
print(String($s), $a.join(), $b.length);
",
    )
}

pub fn callbacks(cx: &mut Context) -> String {
    cx.template(
        "
let $c = 0;
function $f(a) {
return a.map((v, i) => { if (++$c === ‹40¦100›) ‹a.length = 1¦a[0] = \"s\"¦a.push(1)¦delete a[1]›; return ‹v + i¦v * 2¦[v]¦-v›; }).filter((v) => ‹v > 2¦v¦true›).‹reduce((x, y) => x + y, 0)¦join(\"-\")¦slice(-2).length¦some((v) => v > 3)¦indexOf(3)¦sort((x, y) => y - x)[0]¦concat([9]).length¦flat().length›;
}
for (let i = 0; i < ‹15¦40›; i++) probe($f(‹[1, 2, 3, i]¦[i, 0.5]¦[1, , i]¦@A›));
const $l = @A;
$l.forEach((v, i, all) => { probe(v); if (i < 2) all[i] = i; });
print(String($f($l)), JSON.stringify($l), $c);
",
    )
}

pub fn matrix(cx: &mut Context) -> String {
    cx.template(
        "
function $mul(a, b, n) {
const r = [];
for (let i = 0; i < n; i++) {
const row = ‹[]¦new Array(n)¦new Float64Array(n)›;
for (let j = 0; j < n; j++) {
let s = 0;
for (let k = 0; k < n; k++) s += a[i][k] * b[k][j];
row[j] = s;
}
r.push(row);
}
return r;
}
let $m = [[1, @i, 3], [0.5, 1, @b], [@n, 0, -1]];
for (let i = 0; i < ‹4¦12›; i++) {
$m = $mul($m, [[1, 0, 0], [0, ‹1¦-1¦0.5›, 0], [‹0¦1›, 0, 1]], 3);
probe($m[i % 3][‹0¦2¦i % 3›]);
}
‹$m[1] = [1, 2, \"3\"];¦$m[2] = new Float32Array(3);¦$m[0][1] = {};¦›
print($mul($m, [[1, 2, 3], [4, 5, 6], [7, 8, 9]], 3).map((r) => r.join()).join(\";\"));
",
    )
}

pub fn strings(cx: &mut Context) -> String {
    cx.template(
        "
function $f(s, n) {
let h = 0, t = \"\";
for (let i = 0; i < n; i++) {
h = (h * 31 + s.charCodeAt(‹i¦i % s.length¦i - 1›)) | 0;
t += ‹s[i]¦s.charAt(i)¦i¦s.slice(i, i + 2)¦String.fromCharCode(97 + i)¦`${i}-${h & 7}`›;
‹if (t.length > 30) t = t.slice(5);¦if (t > s) t = \"\";¦if (t === s) h++;›
}
return t.slice(-20) + h + ‹t.indexOf(\"a\")¦t.toUpperCase().length¦t.split(\"\").length¦t.includes(s)¦t.padStart(12, \"*\").length¦t.trim().at(-1)›;
}
for (let i = 0; i < ‹20¦50›; i++) probe($f(‹\"hello\"¦\"ab\" + i¦\"\\u00e9\\u4e16x\"¦\"x\".repeat(@b)›, ‹4¦9›));
print($f(‹\"\"¦\"q\"¦\"long\".repeat(20)›, 12), $f(\"\\ud83d\\ude00!\", 5));
",
    )
}

pub fn spread_and_rest(cx: &mut Context) -> String {
    cx.template(
        "
function $g(a, b, ...r) {
‹a = 9;¦r.push(a);¦›
return [a, b, r.length, r[0], arguments.length, arguments[0]].map(String).join();
}
function $f(l, i) {
return ‹$g(...l)¦$g(i, ...l)¦$g(...l, ...l)¦$g.apply(null, l)¦$g.call(null, i, ...l)¦new Array(...l, i).length¦Math.max(...l)¦$g.bind(null, i)(...l)›;
}
for (let i = 0; i < ‹20¦80›; i++) probe(String($f(‹[1, 2, 3]¦[i]¦[]¦[i, , 2]¦[0.5, i, 7, 8]›, i)));
for (const l of [@A, [undefined], \"ab\".split(\"\"), [[1]]]) probe(String($f(l, @p)));
print(String($f([...new Set([1, 1, 2])], 3)), [...\"abc\"].length);
",
    )
}
