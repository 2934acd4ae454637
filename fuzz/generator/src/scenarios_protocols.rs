//! Scenarios about protocols: code that comes to run through species, thenables, proxies and suspension, buffers
//! that go away, BigInts between numbers, allocations that almost escape, large switches and deep loops.

use crate::context::Context;

pub fn species(cx: &mut Context) -> String {
    cx.template(
        "
let $n = 0;
const $a = [@i, @i, @b, 4, 5];
class $C extends Array {
static get [Symbol.species]() {
$n++;
if ($n ‹> 30¦% 7 === 3¦=== 40›) { ‹$a.length = 2¦$a[1] = 0.5¦$a[0] = \"s\"¦$a.push({})¦delete $a[1]›; }
return ‹Array¦$C¦function (k) { return $a; }¦$n & 1 ? Array : $C›;
}
}
function $f(c, i) {
const x = $a[1];
const m = c.‹map((v) => v + x)¦filter((v) => v !== x)¦slice(0, 3)¦concat([i])¦splice(0, 1)¦flat()›;
if ($a.length > 9) $a.length = 5;
if (c.length < 2) c.push(1, 2, 3);
return [x, $a[1], $a.length, m === $a ? -1 : m.length].map(String).join();
}
const $c = $C.from([1, 2, 3]);
for (let i = 0; i < @w; i++) probe($f(‹$c¦i % 3 ? $c : [1, 2]›, i));
print($f($c, @o), $n);
",
    )
}

pub fn thenables(cx: &mut Context) -> String {
    cx.template(
        "
const $o = { x: @i, y: @n };
let $n = 0;
const $t = {
get then() {
$n++;
‹$o.x = 0.5;¦delete $o.y;¦if ($n > 20) $o.x = \"s\";¦$o.z = $n;›
return ‹(r) => r($n)¦$n & 1 ? (r) => r(1) : undefined¦undefined›;
}
};
async function $f(i) {
let s = 0;
for (let j = 0; j < ‹3¦8›; j++) {
const a = $o.x;
const v = await ‹$t¦j¦(j & 1 ? $t : j)›;
s += (a === $o.x ? 1 : 100) + (v === j ? 0 : 7);
‹if (j === i % 5) continue;¦if (j > 6) return s;¦›
s += $o.y | 0;
}
return s;
}
(async () => {
for (let i = 0; i < ‹12¦25›; i++) probe(await $f(i));
print(\"async\", $n, String($o.x));
})();
",
    )
}

pub fn buffers(cx: &mut Context) -> String {
    cx.template(
        "
const $b = new ArrayBuffer(‹16¦32›, { maxByteLength: 64 });
const $v = new ‹Int32Array¦Uint8Array¦Float64Array¦Int16Array¦Float32Array¦Uint8ClampedArray›($b‹¦, 8¦, 0, 2›);
for (let i = 0; i < $v.length; i++) $v[i] = i * ‹3¦-1¦0.5›;
function $f(v, n, g) {
let s = 0;
for (let i = 0; i < n; i++) {
s = (s * 3 + (v[i] | 0)) | 0;
if (g && i === ‹1¦0¦3›) g();
‹v[i] = s;¦v[n - 1 - i] += 1;¦s += v.length;¦›
}
return s + v.length * 1000 + v.byteOffset;
}
for (let i = 0; i < @w; i++) probe($f($v, ‹4¦$v.length¦i & 7›, null));
probe($f($v, ‹4¦9›, () => ‹$b.resize(8)¦$b.resize(64)¦$b.resize(0)¦$b.resize(24)›));
for (let i = 0; i < ‹5¦30›; i++) probe($f($v, 4, null));
probe($f($v, 4, () => { ‹if (!$b.detached) $b.transfer();¦structure($v);¦$b.resize(16);› }));
for (let i = 0; i < ‹5¦30›; i++) probe($f($v, 4, null));
function structure(v) { try { v.set([1, 2, 3]); } catch (e) { probe(e.name); } }
print($f($v, 3, null), $v.length, $b.detached);
",
    )
}

pub fn mixed_bigints(cx: &mut Context) -> String {
    cx.template(
        "
function $f(a, b) {
let s = a ‹+¦-¦*¦&¦|¦^› b;
if (typeof s === \"bigint\") s = BigInt.as‹Int¦Uint›N(‹64¦32¦7›, s);
return ‹s¦s < a ? a : s¦-s¦s == b ? 1 : s¦String(s)¦s++›;
}
for (let i = 0; i < @w; i++) probe(‹$f(i, 2)¦$f(BigInt(i), 3n)¦i % 7 ? $f(BigInt(i), 9007199254740993n) : $f(i, 0.5)¦$f(-1n, BigInt(i))›);
probe($f(‹@i, $h()¦18446744073709551615n, 2n¦0n, -1n›));
function $h() { return @n; }
function $g(list) {
let s = 0n, n = 0;
for (let i = 0; i < list.length; i++) {
const x = list[i];
if (typeof x === \"bigint\") s = BigInt.asIntN(64, ‹s + x¦s * 3n - x¦s ^ x¦s + (x << 3n)›);
else n += x ‹* 2¦| 0¦- 0.5›;
‹if (s > n) n++;¦if (s == n) n--;¦if (i === 5 && x < s) continue;¦›
}
return `${s},${n}`;
}
for (let i = 0; i < ‹40¦90›; i++) probe($g(‹[1n, 2n, BigInt(i)]¦[i, 1n, 0.5]¦i % 9 ? [1n, 2n] : [1, 2n, 3]›));
print($g([18446744073709551615n, -1n, 9007199254740993n, @n]));
",
    )
}

pub fn suspended(cx: &mut Context) -> String {
    cx.template(
        "
const $o = { x: @i, a: [@i, 2, 3] };
function* $g(n, c) {
let s = @i;
for (let i = 0; i < n; i++) {
const before = $o.a[1];
let t = ‹(yield s)¦yield $o.x¦[s, yield i][1]¦`${yield s}`.length›;
‹s = (s + (t | 0) + before) | 0;¦s += before === $o.a[1] ? 1 : 0.5;¦s ^= t;›
‹try { if (i === c) throw i; } catch (e) { s += e; } finally { s++; }¦if (i === c) continue;¦if (i === c) return s;¦›
}
return ‹s¦yield* [s, 1]›;
}
function $f(i) {
const it = $g(‹6¦12›, i % 9);
let r = it.next(), k = 0;
while (!r.done && k++ < 20) {
‹if (k === i % 7) $o.a[1] = 0.5;¦if (k === 3) $o.x = \"s\";¦if (k === i) $o.a = [1.5, i];¦if (k === 4) $o.a.length = 1;¦›
r = ‹it.next(k)¦k === 9 ? it.return(k) : it.next(r.value)›;
probe(r.value);
}
return k;
}
for (let i = 0; i < ‹20¦40›; i++) probe($f(i));
print($f(3), String($o.x));
",
    )
}

pub fn almost_escapes(cx: &mut Context) -> String {
    cx.template(
        "
let $k = null;
const $l = [];
function $p(x, y) { return { x, y, z: ‹0¦x¦[x]› }; }
function $f(i, e) {
const a = $p(i, i + ‹1¦0.5›), b = ‹[i, a.y]¦$p(a.y, i)¦{ x: a, y: 1 }›;
let s = a.x + a.y;
for (let j = 0; j < ‹3¦6›; j++) {
a.x = a.x + j;
s += a.x;
if (e && j === ‹2¦1›) { ‹$k = a;¦$l[0] = b;¦(() => { $k = a; })();¦$k = { a, b };¦$k = [a, a];› }
}
‹if (e) a.y = \"s\";¦if (e) delete a.y;¦const { x, ...r } = a; s += r.y | 0;¦s += (() => a.y + s)();›
return String(s) + a.y + ($k === a);
}
for (let i = 0; i < @w; i++) probe($f(i, ‹false¦i % 50 === 49¦i === 70›));
print($f(@i, true), JSON.stringify($k), JSON.stringify($l));
",
    )
}

pub fn large_switch(cx: &mut Context) -> String {
    let mut cases = String::new();
    let (count, gap) = (20 + cx.choices.below(60), 1 + cx.choices.below(3));
    for i in 0..count {
        let body = cx.template("‹s += @i;¦s ^= k;¦s = s * 2 + 1;¦s = k - s;¦probe(s);›");
        let leave = if cx.choices.chance(80) { "break;\n" } else { "" };
        cases.push_str(&format!("case {}: {{\n{body}\n}}\n{leave}", i * gap));
    }
    cx.template(&format!(
        "
function $f(k, s) {{
switch (‹k¦k | 0¦k % 100›) {{
{cases}case \"s\": return -1;
default: s = ‹k¦@n¦-s›;
}}
return s;
}}
for (let i = 0; i < ‹120¦250›; i++) probe($f(‹i % 90¦i * 7 % 64¦i & 3›, i | 0));
print($f(\"s\", 1), $f(-0, 2), $f(1.5, 3), $f(@o, 4));
"
    ))
}

pub fn deep_loops(cx: &mut Context) -> String {
    cx.template(
        "
const $a = [@i, @i, 3, 4];
function $f(n, x) {
let s = 0;
for (let i = 0; i < n; i++) {
for (let j = i; j < n; j++) {
let k = 0;
while (k < 3) {
s = (s + $a[(i + j + k) & 3] * x) ‹| 0¦% 1000¦/ 2›;
do {
k++;
‹if ((s & 3) === 1) break;¦if (k === 2) continue;¦›
} while (k < j & 1);
‹if (i === 2 && j === 3) $a[k & 3] = @o;¦if (j === n - 1) x = x + ‹1¦0.5›;¦›
}
}
}
return s;
}
for (let i = 0; i < ‹12¦20›; i++) probe($f(4, ‹i¦2¦0.5›));
print(String($f(5, @n)));
",
    )
}

pub fn proxies(cx: &mut Context) -> String {
    cx.template(
        "
const $t = { x: @i, y: @n, z: 3 };
let $n = 0;
const $p = new Proxy($t, {
get(t, k, r) { $n++; ‹t.x = $n;¦if ($n === 40) delete t.y;¦if ($n > 60) t.z = \"s\";¦t[\"q\" + ($n & 3)] = 1;› return Reflect.get(t, k, r); },
has(t, k) { ‹t.y = 0.5;¦$n++;› return ‹true¦Reflect.has(t, k)¦$n & 1›; },
set(t, k, v) { t[k] = v; ‹t.x = {};¦$n++;› return true; },
ownKeys(t) { ‹$n++;¦t.w = 1;› return Reflect.ownKeys(t); }
});
const $d = { __proto__: $p, w: 1 };
function $f(o, i) {
const a = $t.x;
const b = ‹o.y¦o[i & 1 ? \"x\" : \"y\"]¦\"x\" in o¦Object.keys(o).length¦{ ...o }.z¦o.missing›;
‹o.z = i;¦o.y++;¦›
return [a, b, $t.x, $t.z].map((v) => typeof v === \"object\" ? \"o\" : String(v)).join();
}
for (let i = 0; i < @w; i++) probe($f(‹$p¦$d¦i & 1 ? $t : $p¦i % 5 ? $t : $d›, i));
print($f($p, 1), $n);
",
    )
}
