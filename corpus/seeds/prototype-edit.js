function P(v) { this.v = v; }
P.prototype.get = function () { return this.v; };
const a = new P(1), b = new P(2);
function f(o) { return o.get() + o.v; }
let s = 0;
for (let i = 0; i < 120; i++) s += f(i & 1 ? a : b);
P.prototype.get = function () { return 100; }; s += f(a);
a.get = () => 1000; s += f(a);
Object.defineProperty(P.prototype, "get", { get() { return () => 7; } }); s += f(b);
P.prototype = { get() { return -1; } }; s += f(b);
print(s, f(new P(5)), b instanceof P);
//> 1480 4 false
