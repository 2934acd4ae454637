// Global functions and Reflect.
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
print(encodeURIComponent("a b&c/d?é\u{1F600}-_.!~*'()"), encodeURI("http://x/y?a=é b#c;,@&=+$"), t(() => encodeURI("\ud800")), t(() => encodeURIComponent("\udc00a")), encodeURIComponent("") === "");
print(decodeURIComponent("%41%C3%A9%F0%9F%98%80%20"), decodeURI("%41%2f%23%3F"), decodeURI("%2f"), t(() => decodeURIComponent("%")), t(() => decodeURIComponent("%zz")), t(() => decodeURIComponent("%C3")), t(() => decodeURIComponent("%C3%41")), t(() => decodeURIComponent("%ff")), t(() => decodeURIComponent("%ED%A0%80")), t(() => decodeURIComponent("%C0%80")), decodeURIComponent("\u0100"));
print(escape("a b+ü\u0100@*_-./"), unescape("%u0041%41%zz%u12"), unescape(escape("\u{1F600} ~")) === "\u{1F600} ~");
print(isNaN(undefined), isFinite(null), typeof globalThis, globalThis === this, typeof undefined, t(() => { "use strict"; undefined = 1; }), t(() => { "use strict"; NaN = 1; }), delete globalThis.NaN);
var target = { a: 1, get g() { return this.v; }, set s(x) { this.v = x; } };
print(Reflect.get(target, "g", { v: 9 }), Reflect.set(target, "s", 5), target.v, Reflect.set(target, "a", 2, {}), target.a, Reflect.set(Object.freeze({ q: 1 }), "q", 2), Reflect.set(target, "n", 1, 5));
print(Reflect.has(target, "a"), Reflect.has({}, "toString"), Reflect.deleteProperty(target, "a"), Reflect.deleteProperty(Object.freeze({ z: 1 }), "z"), Reflect.ownKeys({ b: 1, 2: 1, a: 1, 1: 1, [Symbol("s")]: 1 }).map(String));
print(Reflect.defineProperty({}, "x", { value: 1 }), Reflect.defineProperty(Object.freeze({}), "x", { value: 1 }), Reflect.getOwnPropertyDescriptor({ k: 1 }, "k").value, Reflect.getOwnPropertyDescriptor({}, "k"), Reflect.getPrototypeOf([]) === Array.prototype, Reflect.setPrototypeOf({}, null), Reflect.setPrototypeOf(Object.freeze({}), null), Reflect.isExtensible({}), Reflect.preventExtensions({}));
for (var name of ["get", "set", "has", "deleteProperty", "ownKeys", "defineProperty", "getPrototypeOf", "setPrototypeOf", "isExtensible", "preventExtensions", "getOwnPropertyDescriptor", "apply", "construct"]) if (t(() => Reflect[name](1)) !== "throws TypeError") print("accepted", name);
class B { constructor(...a) { this.n = a.length; this.t = new.target.name; } }
class D extends B {}
print(Reflect.construct(B, [1, 2], D).t, Reflect.construct(B, [1, 2], D) instanceof D, Reflect.construct(B, { length: 3 }).n, t(() => Reflect.construct(B, [], () => 1)), t(() => Reflect.construct(B)), Reflect.apply(Array.prototype.slice, [1, 2, 3], [1]), Reflect.construct(Array, [3]).length, Reflect[Symbol.toStringTag]);
print([1, 2][Symbol.iterator]().next().value, [][Symbol.iterator]()[Symbol.iterator]() !== undefined, Object.getPrototypeOf(Object.getPrototypeOf([].values()))[Symbol.iterator].call(7), t(() => [].values().next.call({})));
var ai = [1, 2].values();
print(ai.next().value, [...ai], ai.next().done, ai.next().value, [...new Int8Array([1, 2]).values()]);
