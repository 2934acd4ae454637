//! Scenarios about objects: shapes, prototypes, accessors and conversions that change what was
//! cached, aliases, classes, dictionaries, globals, garbage.

use crate::context::Context;

pub fn shapes(cx: &mut Context) -> String {
    cx.template(
        "
function $f(o) {
‹o.z = o.x¦o.x++¦o.y = o.x + 1¦probe(o.x)¦o.z ??= 1›;
return ‹o.x + o.y¦o.x * 2 - o.y¦o.y¦(o.x | 0) + (o.z | 0)›;
}
const $s = [];
$s.push(() => ({ x: @i, y: @i }));
$s.push(() => ({ y: @n, x: @p }));
$s.push(() => ({ a: 1, x: @n, y: 2 }));
$s.push(() => Object.create({ x: @i, y: @b }));
$s.push(() => ({ x: @o, y: 1, z: 0 }));
$s.push(() => { const o = @O; o.x = 1; return o; });
for (let i = 0; i < @w; i++) probe($f($s[0]()));
for (let i = 0; i < @w; i++) probe($f($s[i % ‹1¦2¦3¦6›]()));
for (const m of $s) probe($f(m()));
print(String($f($s[‹1¦3¦4›]())));
",
    )
}

pub fn prototype_edit(cx: &mut Context) -> String {
    cx.template(
        "
class $C {
constructor(v) { this.v = v; }
m(a) { return this.v + a; }
get g() { return this.v * 2; }
}
class $D extends $C {
m(a) { return ‹super.m(a)¦super.m(a) + 1¦a›; }
}
function $f(o, a) {
return o.m(a) + o.g;
}
const $a = new $C(@i), $b = new $D(@n);
for (let i = 0; i < @w; i++) probe($f(‹$a¦i & 1 ? $a : $b¦$b›, i));
print(\"next\");
‹$C.prototype.m = function (a) { return a * 3; };¦Object.defineProperty($C.prototype, \"g\", { get() { return @p; } });¦Object.setPrototypeOf($D.prototype, { m() { return 5; } });¦delete $D.prototype.m;¦$a.m = (x) => x - 1;¦Object.setPrototypeOf($b, $C.prototype);¦$C.prototype.v = 9;¦delete $a.v;›
for (let i = 0; i < ‹5¦40›; i++) probe($f(‹$a¦$b›, i));
print(String($f($a, 1)), String($f($b, 2)));
",
    )
}

pub fn accessor_changes_receiver(cx: &mut Context) -> String {
    cx.template(
        "
let $n = 0;
function $make() {
const o = { x: @i, y: [@i, 2, 3], z: @n };
Object.defineProperty(o, \"g\", {
get() {
if (++$n === ‹30¦70¦101›) { ‹o.x = 0.5¦delete o.x¦o.y = null¦o.y.length = 0¦o.w = 1¦o.y[1] = \"s\"¦Object.freeze(o)¦o.z = {}›; }
return $n;
},
set(v) { ‹o.x = v¦o.y = [v]¦o.y.push(v)¦$n = v | 0›; },
configurable: true, enumerable: ‹true¦false›
});
return o;
}
const $o = $make();
function $f(o) {
const a = o.x;
const l = o.y ? o.y.length : -1;
const g = o.g;
‹o.g = a;¦if ((g & 15) === 3) o.g = g;¦›
return [a, l, g, o.x, o.y && o.y[1], String(o.z)].join();
}
for (let i = 0; i < @w; i++) {
if ($o.y && $o.y.length > 20) $o.y.length = 3;
probe($f($o));
}
print($f($o));
",
    )
}

pub fn conversion_changes_object(cx: &mut Context) -> String {
    cx.template(
        "
const $a = [@i, @i, @b, 4];
const $p = { x: @i, y: 2 };
let $c = 0;
const $v = {
valueOf() { if (++$c > ‹20¦50¦90›) { ‹$a[1] = 0.5¦$a.length = 1¦$p.x = \"s\"¦delete $p.x¦$a.push(\"q\")¦$p.q = 1¦$a[9] = 1¦Object.setPrototypeOf($p, null)¦$a[0] = $p›; } return ‹3¦$c¦0.5¦-0›; },
toString() { ‹$a[2] = {}¦$p.y = $c¦$a.pop()›; return ‹\"x\"¦\"1\"¦\"y\"›; }
};
function $f(v) {
const s = $a[0];
const x = $p.x;
const t = ‹v * 2¦v + 1¦v | 0¦-v¦v < 5¦v - s¦`${v}`¦v ** 2¦~v›;
if ($a.length > 12) $a.length = 4;
return [s, x, t, $a[0], $a[1], $a.length, $p.x, ‹$p[v]¦$a[v]¦0›].map(String).join();
}
for (let i = 0; i < @w; i++) probe($f(‹i¦$v¦i % 3 ? i : $v›));
for (let i = 0; i < 30; i++) probe($f($v));
print($f($v), $a.length);
",
    )
}

pub fn aliases(cx: &mut Context) -> String {
    cx.template(
        "
function $f(a, b, n) {
let s = 0;
for (let i = 0; i < n; i++) {
a.x = i;
‹b.x = s¦b.x += 1¦b.y = i¦delete b.y¦b[\"x\"] = -i›;
s += a.x;
‹a.y = b.x¦s += b.y | 0¦if (i == 4) b.z = 1›;
}
return s;
}
const $p = { x: 1, y: 2 }, $q = { x: 3, y: @n };
for (let i = 0; i < ‹20¦60›; i++) probe($f($p, $q, 8));
print(String($f($p, $p, 12)), String($f($q, $p, 5)), $p.x, String($q.y));
",
    )
}

pub fn class_hierarchy(cx: &mut Context) -> String {
    cx.template(
        "
class $A {
constructor(x) { this.x = x; }
area() { return this.x * this.x; }
name() { return \"A\"; }
static of(x) { return new this(x); }
}
class $B extends $A {
constructor(x, y) { super(x); this.y = y; }
area() { return this.x * this.y; }
get sum() { return this.x + this.y; }
set sum(v) { this.x = v; }
}
class $C extends $B {
area() { return super.area() + @b; }
name() { return \"C\" + super.name(); }
}
function $f(o) {
return o.area() ‹+¦-¦*› @i;
}
const $l = [$A.of(@i), new $B(2, @n), new $C(@i, 4), $C.of(1)];
for (let i = 0; i < @w; i++) probe($f($l[‹0¦i & 1¦i & 3¦i % 3›]));
for (const o of $l) {
if (o instanceof $B) o.sum = ‹7¦@n¦\"s\"›;
probe(o.name());
probe($f(o));
}
print($l.map((o) => String($f(o))).join());
",
    )
}

pub fn constructors(cx: &mut Context) -> String {
    cx.template(
        "
function $F(a, b) {
this.a = a;
for (let i = 0; i < ‹3¦9›; i++) this.a += i;
if (b > ‹30¦80›) this.@k = b;
this.b = b;
‹if (b === 50) return { a: -1, b: -2 };¦if (b < 0) return 5;¦›
probe(new.target === $F);
}
$F.prototype.m = function () { return this.a - this.b; };
let $s = 0;
for (let i = 0; i < @w; i++) {
const o = new $F(‹i¦@n¦i * 0.5›, i);
$s += o.m ? o.m() : 1000;
‹if (i == 40) $F.prototype = { m() { return 1; } };¦if (i == 40) $F.prototype.m = () => 2;¦›
}
print(String($s), String(new $F(@p, -1).a));
",
    )
}

pub fn dictionary(cx: &mut Context) -> String {
    cx.template(
        "
const $o = @O;
for (let i = 0; i < ‹10¦40¦70›; i++) $o[\"k\" + i] = i;
function $f(o, k) {
let s = 0;
for (let i = 0; i < 6; i++) {
s += o[k] | 0;
o[k] = i;
‹delete o[\"k\" + i];¦if (i === 3) delete o[k];¦o[\"n\" + i] = s;›
}
return s + (\"k3\" in o ? 1 : 0) + (o.hasOwnProperty(k) ? 2 : 0);
}
for (let i = 0; i < ‹30¦80›; i++) probe($f($o, \"k\" + (i % 9)));
const $q = { k1: 1, k2: 2 };
for (let i = 0; i < 30; i++) probe($f($q, ‹\"k1\"¦\"k2\"¦\"zz\"›));
print(Object.keys($o).length, Object.keys($q).join());
",
    )
}

pub fn frozen(cx: &mut Context) -> String {
    cx.template(
        "
function $f(o, v) {
\"use strict\";
o.x = v;
‹o[0] = v;¦o.n = v;¦delete o.y;¦o.x++;›
return o.x;
}
const $l = [{ x: 1, y: 2 }, [1, 2]];
for (let i = 0; i < @w; i++) probe($f(‹$l[0]¦$l[i & 1]›, i));
const $q = ‹Object.freeze({ x: 5, y: 1 })¦Object.seal({ x: 5, y: 6 })¦Object.preventExtensions({ x: 1 })¦Object.defineProperty({}, \"x\", { value: 3, writable: false })¦Object.create(Object.freeze({ x: 1 }))›;
for (let i = 0; i < 20; i++) {
try {
probe($f($q, i));
} catch (e) {
probe(e.message);
}
}
print(Object.isFrozen($q), $q.x, JSON.stringify($l));
",
    )
}

pub fn literals(cx: &mut Context) -> String {
    cx.template(
        "
function $f(a, k) {
const base = { x: a, @k: 1 };
const o = {
...base,
[k]: a + 1,
get g() { return this.x; },
m() { return ‹super.toString === Object.prototype.toString¦this.x¦a›; },
‹__proto__: base,¦\"7\": a,¦x: -a,›
y: [a, , @p]
};
‹o.g = 1;¦o.x = k;¦delete o.y;›
return [o.x, o.g, o.m(), o[k], o.y && o.y.length, Object.keys(o).join()].map(String).join(\"/\");
}
for (let i = 0; i < @w; i++) probe($f(i, ‹\"k\"¦\"x\"¦\"a\" + (i & 3)¦i & 7›));
print($f(@p, \"g\"), $f(@n, 0));
",
    )
}

pub fn globals(cx: &mut Context) -> String {
    cx.template(
        "
var $g = @i;
let $l = @i;
function $h(x) { return x + 1; }
function $f(i) {
$g = $g + i;
$l = ‹$l ^ i¦$l + 1¦i›;
return $h($g) - $l;
}
for (let i = 0; i < @w; i++) probe($f(i));
print(\"next\");
‹$g = 0.5;¦$l = \"s\";¦$h = function (x) { return -x; };¦globalThis.$g = \"t\";¦$g = undefined;¦Object.defineProperty(globalThis, \"$g\", { writable: false });›
for (let i = 0; i < 30; i++) probe($f(i));
‹$h = (x) => x;¦$l = {};¦$g = -0;›
for (let i = 0; i < 10; i++) probe($f(i));
print(String($g), String($l));
",
    )
}

pub fn type_tests(cx: &mut Context) -> String {
    cx.template(
        "
function $K() {}
function $M() {}
const $l = [1, 0.5, \"s\", null, undefined, true, {}, [], $K, new $K(), Symbol.iterator, -0, NaN];
function $f(v) {
let r = 0;
if (typeof v === ‹\"number\"¦\"object\"¦\"string\"¦\"function\"›) r += 1;
if (v instanceof $K) r += 2;
if (v == null) r += 4;
if (‹v¦!v¦v === v¦v !== 1›) r += 8;
if (typeof v === \"object\" && v !== null && \"x\" in v) r += 16;
‹if (Array.isArray(v)) r += 32;¦if (v === 0) r += 64;¦if (Number.isInteger(v)) r += 128;›
return r;
}
for (let i = 0; i < @w; i++) probe($f($l[‹0¦i & 1¦i % 13¦i % 7›]));
‹$M.prototype = $K.prototype;¦$K.prototype = {};¦Object.setPrototypeOf($l[6], $K.prototype);¦$l[9].x = 1;›
for (const v of $l) probe($f(v));
print($l.map($f).join());
",
    )
}

pub fn old_to_young(cx: &mut Context) -> String {
    cx.template(
        "
const $r = { list: null, slots: [null, null, null, null], n: 0 };
function $f(i) {
const node = { v: ‹i¦i * 0.5¦\"s\" + i›, next: $r.list };
‹$r.slots[i & 3] = node;¦$r.slots[i & 3] = [node, i];¦$r[\"p\" + (i & 7)] = node;›
$r.list = i % ‹9¦20› === 0 ? null : node;
$r.n += i;
‹const junk = new Array(8).fill(i);¦const junk = { a: [i], b: { c: i } };¦const junk = [i, [i, [i]]];›
return node.v;
}
for (let i = 0; i < ‹200¦400›; i++) $f(i);
let $s = 0;
for (let p = $r.list; p; p = p.next) { $s += 1; probe(p.v); }
print($s, $r.n, JSON.stringify($r.slots).length);
",
    )
}

pub fn destructuring(cx: &mut Context) -> String {
    cx.template(
        "
function $f([a, b = @p, ...c], { x, y: { z = 3 } = {}, ...r }) {
[a, b] = [b, a];
({ x, a = 4 } = { x: b });
return [a, b, c.length, x, z, Object.keys(r).join()].map(String).join();
}
for (let i = 0; i < ‹20¦60›; i++) probe($f(‹[i, i + 1, i]¦[i]¦[, i]¦\"ab\"›, ‹{ x: i, y: { z: i } }¦{ x: 1, q: 2 }¦{}›));
for (const v of [@A, \"xyz\", [], new Set([1, 2])]) probe($f(v, @O));
try {
$f(‹null¦undefined¦5¦{}›, {});
} catch (e) {
print(e.name);
}
print($f([1, 2, 3, 4], { w: 1 }));
",
    )
}

pub fn map_and_set(cx: &mut Context) -> String {
    cx.template(
        "
const $m = new Map(), $s = new Set();
const $ks = [1, \"1\", -0, NaN, null, undefined, {}, 0.5, @p, @p, 2147483648];
function $f(i) {
const k = $ks[i % $ks.length];
‹$m.set(k, ($m.get(k) | 0) + i);¦$m.set(k, i);¦if ($m.has(k)) $m.delete(k); else $m.set(k, i);›
‹$s.add(k);¦if (i & 1) $s.add(i & 15); else $s.delete(i & 7);›
return $m.size + $s.size;
}
for (let i = 0; i < @w; i++) probe($f(i));
let $n = 0;
for (const [k, v] of $m) {
if ($n++ > 30) break;
probe(String(k)); probe(v);
‹$m.delete(k);¦if ($n < 5) $m.set(\"new\" + $n, $n);¦if ($n === 2) $m.clear();›
}
$s.forEach((v) => probe(v));
print($m.size, $s.size, $m.has(0), $s.has(NaN));
",
    )
}

/// Accessors of a prototype that put a property of their own into their receiver, or take themselves away.
pub fn lazy_accessors(cx: &mut Context) -> String {
    cx.template(
        "
let $n = 0;
class $C {
get ‹v¦v¦w›() { $n++; ‹Object.defineProperty(this, \"v\", { value: $n, ‹writable¦configurable¦enumerable›: true });¦if ($n & 1) Object.defineProperty(this, \"v\", { value: @i, configurable: true });¦delete $C.prototype.v;¦this.z = $n;¦Object.setPrototypeOf(this, { v: $n });› return ‹-1¦@i¦this.z¦\"get\"›; }
set v(x) { ‹Object.defineProperty(this, \"v\", { value: x, writable: true });¦this.z = x;¦delete this.z;› }
}
function $f(o) { return o.v; }
function $g(o, x) { o.v = x; return ‹o.z¦Object.keys(o).length¦o.v›; }
for (let i = 0; i < @w; i++) {
const o = ‹new $C()¦Object.create($C.prototype)¦i & 1 ? new $C() : { v: i }›;
probe($f(o)); probe($f(o)); ‹¦probe($g(o, i));¦if (i % 5 === 3) probe($g(o, i));› probe(‹$f(o)¦o.v¦$f(new $C())›);
}
print($n, String($f(new $C())));
",
    )
}
