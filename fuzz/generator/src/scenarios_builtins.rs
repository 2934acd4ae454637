//! Scenarios about what all tiers share: builtins whose arguments run code of the program, properties defined over
//! others, for-in over what is being deleted, big integers; and about code around loads that throw and
//! elements at several variable indices.

use crate::context::Context;

/// A conversion inside a builtin changes the object that the builtin works on.
pub fn conversions_in_builtins(cx: &mut Context) -> String {
    cx.template(
        "
let $n = 0;
const $a = [3, 1, @i, @n, 5];
const $b = new ArrayBuffer(32, { maxByteLength: 64 });
const $t = new ‹Int32Array¦Uint8Array¦Float64Array¦Int16Array›($b);
const $c = {
valueOf() {
if (‹++$n > 12¦++$n % 5 === 2¦$n++ === 7›) { ‹$a.length = 2¦$a[1] = 0.5¦$a[2] = \"s\"¦$a.push(9)¦$a.unshift(7)¦$b.resize(‹0¦8¦48›)¦$b.transfer()¦$b.transfer()›; }
return ‹1¦2¦-1¦0.5¦3›;
},
toString() {
‹$n++;¦if ($n++ % 4 === 2) $a.length = ‹1¦3¦7›;¦if ($n++ > 9) $a[4] = @i;¦$a[‹3¦4›] = $n++;›
return ‹\"k\"¦String($n)›;
}
};
function $f(x, i) {
if (x === $a) { $a.length = 5; $a[‹i % 3¦1¦0›] = ‹$c¦$c¦i›; }
try {
return String(x.‹join()¦join($c)¦toString()¦fill($c)¦fill($c)¦fill($c, 1)¦fill(i, $c)¦fill(7, 0, $c)¦indexOf(1, $c)¦includes(3, $c)¦lastIndexOf(1, $c)¦at($c)¦slice($c)¦slice(0, $c)¦with(1, $c)¦with($c, 1)¦copyWithin(0, $c)¦copyWithin($c, 1, 3)¦toReversed()¦reverse()›);
} catch (e) {
return e.name;
}
}
for (let i = 0; i < @w; i++) probe($f(‹$a¦$t¦$t¦i & 1 ? $a : $t›, i));
print($a.length, $t.length, $f($a, 1), $f($t, 2), $b.byteLength);
",
    )
}

/// Keys that are deleted before their turn.
pub fn deleted_keys(cx: &mut Context) -> String {
    cx.template(
        "
function $f(o, k) {
let r = \"\";
for (‹const p¦let p¦var p› in o) {
r += p;
‹delete o[k];¦if (p === ‹\"a\"¦\"b\"¦\"0\"›) delete o[k];¦if (r.length === 2) { delete o[k]; delete o.‹c¦d›; }¦delete o.‹d¦c¦e›;›
‹¦r += o[p];¦if (p in o) r += \"+\";¦if (p === \"d\") continue;›
}
return r;
}
function $m(i) { return ‹{ a: i, b: 2, c: 3, d: 4 }¦{ 0: i, 1: 2, a: 3, d: 4 }¦[i, 2, 3]¦i & 1 ? { a: 1, c: 2 } : { b: 1, c: 2, d: 3 }¦Object.create({ c: 1, e: 2 }, { a: { value: 1, enumerable: true, configurable: true } })›; }
for (let i = 0; i < @w; i++) probe($f($m(i), ‹\"c\"¦\"d\"¦\"b\"¦\"2\"¦i % 3 ? \"c\" : \"d\"›));
print($f($m(1), \"d\"), $f($m(2), \"c\"));
",
    )
}

/// Fields and literals that define what is there already, with other attributes.
pub fn defined_over(cx: &mut Context) -> String {
    cx.template(
        "
class $B { constructor(o) { return o; } }
class $D extends $B { ‹x = 1;¦x = 1; y = 2;¦[\"x\"] = 3;¦y = 2; x;¦#p = 1; x = 4;› }
function $f(i) {
const o = ‹{}¦{ x: 0, y: 1 }¦Object.freeze({ x: 1 })¦Object.seal({ x: 1 })¦Object.preventExtensions({ y: i })¦Object.defineProperty({}, \"x\", { value: i, ‹writable¦configurable¦enumerable›: true })¦Object.defineProperty({ y: 1 }, \"x\", { get() { return i; }, ‹configurable¦enumerable›: ‹true¦false› })¦{ get x() { return i; } }¦i & 1 ? { x: 1 } : Object.freeze({ x: 2 })›;
let r = \"\";
try {
new $D(o);
} catch (e) {
r = e.name;
}
const l = ‹{ ...o, x: i }¦{ get x() { return 1; }, x: i }¦{ x: 1, get x() { return i; } }¦{ x: i, [\"x\"]: 2, ...o }¦{ __proto__: o, x: i }›;
for (const q of [o, l]) {
const d = Object.getOwnPropertyDescriptor(q, \"x\");
r += d ? [d.value, d.writable, d.enumerable, d.configurable, typeof d.get].map(String).join() : \"none\";
}
return r;
}
for (let i = 0; i < @w; i++) probe($f(i));
print($f(1), $f(2));
",
    )
}

/// BigInts at the borders of digits, with all operators.
pub fn big_integers(cx: &mut Context) -> String {
    cx.template(
        "
const $v = [0n, 1n, -1n, 3n, -(2n ** 64n), 2n ** 63n, 2n ** 64n - 1n, -(2n ** 127n), ‹-(2n ** 128n) - 1n¦2n ** 192n¦-(3n ** 90n)¦-1n << 65n›];
function $f(a, b) {
‹¦if (a < b) return b - a;¦const t = a;›
return ‹a >> b¦a >> b¦a << b¦(a << b) >> b¦a / (b | 1n)¦a % (b | 1n)¦a * b - a¦a & b¦a | b¦(a ^ b) >> 64n¦~a + b¦-a - b¦BigInt.asIntN(‹64¦65¦128›, a - b)¦BigInt.asUintN(‹64¦63¦128›, a * b)¦a ** (b & 3n)¦a == b¦a > b›;
}
for (let i = 0; i < @w; i++) probe(String($f(BigInt(i), ‹3n¦BigInt(i & 3)›)));
for (const x of $v) for (const s of [0n, 1n, 63n, 64n, 65n, 128n, -64n]) probe(String($f(x, s)));
print(String($f($v[4], 64n)), String($f($v[8], 1n)));
",
    )
}

/// Loads that throw in the middle of a function that has learnt that they do not.
pub fn throwing_loads(cx: &mut Context) -> String {
    cx.template(
        "
function $g(o, k) {
let r = 1;
‹¦r = 2;¦o = o || $p;›
r = ‹o[k]¦o[k] + r¦o.a¦k in o¦o[k][0]¦[...o[k]].length›;
‹probe(r);¦r += 2;¦›
return r;
}
const $p = { a: 1, b: \"s\", get c() { throw new RangeError(\"c\"); } };
function $f(o, k) {
let s = ‹0¦\"\"›;
try {
s = 5;
s += $g(o, k);
s += ‹1¦s¦\"x\"›;
} catch (e) {
s = s + \":\" + (e.name || e);
}‹¦ finally {
probe(s);
}›
return s;
}
for (let i = 0; i < @w; i++) probe($f(‹$p¦i & 1 ? $p : [4, 5]›, ‹\"a\"¦i % 3 ? \"a\" : \"b\"¦i & 1›));
print(\"next\");
for (const o of [$p, [1], null, undefined, new Proxy({}, { get(t, k) { throw k; }, has() { throw 7; } }), @o])
for (const k of [\"c\", \"a\", 0, { toString() { throw \"key\"; } }, Symbol.iterator, @o]) probe($f(o, k));
",
    )
}

/// Elements at two or three variable indices, some of them outside, which loop, wrap around or are the same.
pub fn several_indices(cx: &mut Context) -> String {
    cx.template(
        "
function $f(a, b, i, j, n) {
let s = 0, c = 0;
for (let k = ‹0¦-2¦i¦j - 3›; k < ‹n¦a.length¦8›; k++) {
if (c++ > 40) break;
‹a[k] = s;¦a[j] = k;¦b[i] = s;¦a[i] = k; s += a[j];¦s += a[i]; a[j] = c; s -= a[i];¦b[j] = a[i]; a[j] = k; s ^= b[j];¦›
‹s = (s * 2 + (a[k] | 0)) | 0;¦s += a[(k + ‹2147483647¦1073741824¦i›) | 0] | 0;¦s += a[k - 1] | 0;¦s += (a[i] | 0) - (a[j] | 0);¦s += a[k] | 0;›
‹if (k === j) k = ‹i¦n¦3¦-1›;¦if (k === 5) k = ‹j¦2¦12›;¦if (c === ‹4¦7¦9›) k = ‹-4¦-2¦3¦100›;¦¦›
‹s += ((k + ‹2147483640¦2147483645¦-2147483646›) | 0) ‹< 0 ? 1 : 2¦>> 1¦> k ? 3 : 4›;¦s ^= a[(k * ‹536870912¦-1¦65537›) | 0];¦¦›
}
return String(s) + a.length;
}
const $a = ‹[1, 2, 3, 4, 5, 6, 7, 8]¦[1.5, 2.5, 3.5, 4, 5, 6, 7, 8]¦new Int32Array(8)¦new Float64Array(8)›, $c = ‹$a¦[9, 8, 7, 6, 5, 4, 3, 2]¦$a¦[\"p\", {}, 1, 2, 3, 4, 5, 6]›;
for (let i = 0; i < @w; i++) probe($f($a, $c, i & 3, ‹(i >> 1) & 3¦i & 3¦4›, ‹8¦6¦i & 7›));
print(\"next\");
for (const [i, j, n] of [[1, 1, 8], [-1, 2, 8], [2, -1, 9], [7, 7, 8], [0, 3, 12], [@i, 1, 4], [3, @i, 8]]) print($f($a, $c, i, j, n));
",
    )
}
