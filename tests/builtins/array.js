// Array: constructor, statics, methods on arrays, holes, array-likes and subclasses.
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
function show(a) { var r = []; for (var i = 0; i < a.length; i++) r.push(i in a ? String(a[i]) : "_"); return "[" + r.join() + "]"; }
print(show(new Array(3)), show(Array(1, 2)), show(new Array("3")), t(() => new Array(-1)), t(() => new Array(1.5)), new Array(4294967295).length, t(() => new Array(4294967296)));
print(Array.isArray([]), Array.isArray({ __proto__: Array.prototype }), Array.isArray(Array.prototype), Array.of(7).length, Array.of.call(Object, 1, 2).length);
print(Array.from("a\u{1F600}b").length, Array.from({ length: 2, 0: "x" }), Array.from([1, 2], function (x) { return x + this.k; }, { k: 1 }), t(() => Array.from(null)), t(() => Array.from([], 1)));
print(show([1, , 3].concat([, 5], 6, [[7]])), [].concat({ length: 1, 0: "s", [Symbol.isConcatSpreadable]: true }).length, t(() => [1, 2].concat({ length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true }).length));
var ns = [1, 2];
ns[Symbol.isConcatSpreadable] = false;
print([0].concat(ns).length, [1.5, 2].concat([3]), [1, "a"].concat([2.5]));
print(show([1, 2, 3, 4, 5].copyWithin(1, 3)), show([1, , 3, , 5].copyWithin(0, 1)), [1, 2, 3, 4, 5].copyWithin(-2, -4, -3), show([1, 2, 3, 4, 5].copyWithin(1, 0, 4)));
print(show(new Array(5).fill(1, 1, -1)), [1, 2, 3].fill(0.5), [1, 2, 3].fill("x", -1), show([].fill.call({ length: 2 }, 3) ? [1] : []));
print([5, 1].find(x => x < 3), [5].find(x => x < 3), [5, 1].findIndex(x => x < 3), [, 1].findIndex(x => x === undefined), [1, 2, 3].findLast(x => x < 3), [1, 2].findLastIndex(x => x > 5));
print([1, NaN, , undefined].includes(NaN), [,].includes(undefined), [1, 2].includes(1, 1), [1, 2, 1].indexOf(1, 1), [1].indexOf("1"), [NaN].indexOf(NaN), [,].indexOf(undefined), [1.5, 2].indexOf(2), ["a", "b"].indexOf("b", -1), [1, 2, 1].lastIndexOf(1, -2), [1].lastIndexOf(1, undefined), [-0].indexOf(0));
print([1, null, undefined, [2, [3]], , "x"].join("-"), [[], [[]]].join("|"), [1, 2].join(undefined), [1, 2].join(null), [1].join("long"), [true, { toString() { return "o"; } }].join());
var cyclic = [1, 2];
cyclic.push(cyclic, [cyclic]);
print(cyclic.join("+"), String(cyclic));
var a = [1, 2, 3];
print(a.pop(), a.push(4, 5), a.shift(), a.unshift(8, 9), a, [].pop(), [].shift(), a.length);
var al = { length: 1, 0: "z" };
print([].push.call(al, "y"), al[1], al.length, [].pop.call(al), al.length, [].shift.call(al), al.length, [].unshift.call(al, 1, 2), al[1], t(() => [].push.call({ length: 2 ** 53 - 1 }, 1)));
print(show([1, 2, 3].reverse()), show([1, , 3, 4].reverse()), show([1.5, , 2].reverse()), show([, "a"].reverse()));
print(show([1, 2, 3, 4].slice(1, -1)), show([1, , 3].slice(0)), [1, 2].slice(5), [1.5, 2.5].slice(-1), show([1, 2].slice(0, 100)), [].slice.call("abc", 1), [..."ab"].slice(NaN, Infinity));
a = [1, 2, 3, 4, 5];
print(a.splice(1, 2, "a", "b", "c"), a, a.splice(-1), a, a.splice(0, 0, 9), a, a.splice(), a.splice(2), a, [1, 2].splice(undefined));
a = [1.5, 2.5, 3.5];
print(a.splice(1, 1, "s"), a, a.splice(1, 1, 7, 8), a, show([1, , 3, 4].splice(0, 2)), show((a = [1, , 3, 4], a.splice(0, 1), a)));
print([1, 2, 3].at(-1), [1].at(5), [1, 2, 3].with(-1, 9), t(() => [1].with(1, 0)), show([1, , 3].toReversed()), show([3, , 1].toSorted()), [1, 2, 3].toSpliced(1, 1, 8, 9), show([, 1].toSpliced(0, 0)), [1].toSpliced());
print([1, [2, [3, [4]]]].flat().length, show([1, , [2, , 3]].flat()), [[[[1]]]].flat(Infinity), [1, 2].flatMap(x => [x, [x]]).length, [[1], [2]].flat(0).length, t(() => { var c = []; c.push(c); return c.flat(Infinity).length; }));
print([1, , 3].map(x => x * 2).hasOwnProperty(1), [1, 2, 3].map((x, i, arr) => arr.length + i + x), [1, 2, 3, 4].filter(x => x % 2), [1, , 3].filter(() => true).length);
var log = [];
[1, , 3].forEach(function (x, i) { log.push(this.k + x + i); }, { k: 10 });
print(log, [1, 2].every(x => x), [].every(x => false), [].some(x => true), [0, 1].some(x => x));
print([1, 2, 3].reduce((x, y) => x + y), [[1], [2]].reduceRight((x, y) => x.concat(y)), [, 5].reduce((x, y) => 1), t(() => [].reduce((x, y) => x)), [1, 2, 3].reduce((x, y, i) => x + i, "s"));
print([..."ab"].keys().next().value, [...["a", "b"].entries()].join("|"), [...[1, , 3]].length, [][Symbol.iterator] === [].values, Object.prototype.toString.call([].values()));
print([1, 2, 3].toString(), Array.prototype.toString.call({ join: () => "j" }), Array.prototype.toString.call({}), [1.5, "a", null, [2]].toLocaleString());
// Callbacks that change the array.
a = [1, 2, 3, 4];
print(a.map((x, i) => { if (i === 0) a.length = 2; return x; }).length, a);
a = [1, 2, 3];
log = [];
a.forEach(x => { log.push(x); if (a.length < 6) a.push(x + 10); });
print(log, a);
a = [1, 2, 3];
print(a.filter((x, i) => { a[i + 1] = "c" + i; return true; }), a.reduce((s, x, i) => { a.shift(); return s + x; }, ""));
a = [3, 1, 2];
print(a.indexOf({ valueOf() { a.length = 0; return 0; } }), [1, 2, 3].indexOf(3, { valueOf() { return -1; } }));
a = [1, 2, 3, 4];
print(show(a.slice(0, { valueOf() { a.length = 1; return 4; } })), show(a));
a = [1, 2, 3];
print(a.includes(undefined, { valueOf() { a.length = 1; return 0; } }), show(a.fill(7, 0, { valueOf() { a.length = 0; return 3; } })));
a = [1, 2, 3, 4];
print(show(a.splice(1, { valueOf() { a.length = 2; return 2; } }, "n")), show(a));
// Accessors and prototype elements.
Array.prototype[1] = "proto";
print([0, , 2].join(), [0, , 2].indexOf("proto"), show([0, , 2].map(x => x)), [0, , 2].includes("proto"), [3, , 1].sort().join(), [, ,].length);
var pop = [0, ,];
print(pop.pop(), pop.length);
delete Array.prototype[1];
print([0, , 2].join());
var acc = [1, 2, 3];
Object.defineProperty(acc, 1, { get() { return "got"; }, configurable: true });
print(acc.join(), acc.map(x => x), acc.slice(1), acc.indexOf("got"), acc.concat([4]), t(() => { "use strict"; acc.reverse(); acc.shift(); return acc; }));
// Species and subclasses.
class Sub extends Array { get last() { return this[this.length - 1]; } }
var s = Sub.from([1, 2, 3]);
print(s.last, s.map(x => x * 2).last, s.filter(x => x < 3) instanceof Sub, s.slice(1).constructor === Sub, s.splice(0, 1).constructor === Sub, s.concat([9]).last, [].concat(s) instanceof Sub, s.flat() instanceof Sub, Sub.of(1) instanceof Sub, s.toSorted() instanceof Sub, new Sub(2).length);
class Plain extends Array { static get [Symbol.species]() { return Array; } }
print(new Plain(1, 2).map(x => x) instanceof Plain, new Plain(1, 2).map(x => x).length);
var odd = [1, 2];
odd.constructor = { [Symbol.species]: function (n) { this.n = n; } };
print(odd.map(x => x).n, odd.filter(x => x).n, t(() => { odd.constructor = 1; return odd.map(x => x); }), (odd.constructor = undefined, odd.map(x => x).length));
// length.
a = [1, 2, 3];
a.length = 1;
a[3] = 4;
print(show(a), t(() => { a.length = -1; }), t(() => { a.length = 1.5; }), (a.length = "2", show(a)));
Object.defineProperty(a, "length", { writable: false });
print(t(() => { "use strict"; a.push(1); }), t(() => { "use strict"; a.pop(); }), t(() => { "use strict"; a.length = 0; }), show(a));
var sparse = [];
sparse[4000000000] = 1;
print(sparse.length, sparse.push(2), Object.keys(sparse), (sparse.length = 3, Object.keys(sparse).length));
print([1, 2, 3].unshift(), [].lastIndexOf(1), [1, 2, 3, 4, 5, 6].copyWithin(2, 0, 3), Array.prototype.concat.call(1, 2).length, t(() => Array.prototype.map.call(null, x => x)), t(() => [].map(1)), t(() => [].forEach()));
