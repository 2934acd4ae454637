// for-of over arrays in line, until the protocol, the array or the value is another one.
function sum(list) { let s = 0; for (const v of list) s += v; return s; }
const plain = [1, 2, 3];
for (let i = 0; i < 80; i++) sum(plain);
print(sum(plain));
class Own extends Array { *[Symbol.iterator]() { yield 100; yield 200; } }
const own = new Own();
own.push(1, 2);
print(sum(own), sum("123"), sum(new Set([4, 5])));
const shadow = [1, 2];
shadow[Symbol.iterator] = function* () { yield 50; };
print(sum(shadow), sum(plain));
function first(list) { for (const v of list) return v; }
function pair(list) { const [a, b] = list; return a + b; }
for (let i = 0; i < 80; i++) { first(plain); pair(plain); }
print(first(plain), pair(plain));
const next = Object.getPrototypeOf([][Symbol.iterator]()).next;
let steps = 0;
Object.getPrototypeOf([][Symbol.iterator]()).next = function () { steps++; return next.call(this); };
print(first(plain), pair(plain), sum(plain), steps);
Object.getPrototypeOf([][Symbol.iterator]()).next = next;
print(first(plain), pair(plain), sum(plain), steps);
const values = Array.prototype[Symbol.iterator];
Array.prototype[Symbol.iterator] = function () { return values.call([9, 9]); };
print(first(plain), pair(plain), sum(plain));
Array.prototype[Symbol.iterator] = values;
print(first(plain), pair(plain), sum(plain));
for (const bad of [null, undefined, 5, {}]) try { sum(bad); } catch (e) { print(e.name); }
// the opening stands, the array changes under the steps
function grow(list) { let n = 0; for (const v of list) { n++; if (n < 6) list.push(v); } return n; }
for (let i = 0; i < 80; i++) grow([1]);
print(grow([1]), grow([1.5]), grow(["x", , "y"]));
//> 6
//> 300 0123 9
//> 50 6
//> 1 3
//> 1 3 6 7
//> 1 3 6 7
//> 9 18 18
//> 1 3 6
//> TypeError
//> TypeError
//> TypeError
//> TypeError
//> 6 6 8
