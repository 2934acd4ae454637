const o = { _v: 1, get v() { return this._v; }, set v(x) { this._v = x * 2; } };
let s = 0;
for (let i = 0; i < 90; i++) { o.v = i; s += o.v; o.v += 1; }
print(s, o._v);
Object.defineProperty(o, "v", { value: 5, writable: false, configurable: true });
o.v = 9; print(o.v);
(function () { "use strict"; try { o.v = 1; } catch (e) { print(e.name); } })();
print(JSON.stringify(Object.getOwnPropertyDescriptor(o, "v")));
//> 8010 358
//> 5
//> TypeError
//> {"value":5,"writable":false,"enumerable":true,"configurable":true}
