function Point(x, y) { this.x = x; this.y = y; if (x > 50) this.extra = true; }
Point.prototype.len = function () { return this.x + this.y; };
let s = 0; for (let i = 0; i < 100; i++) { const p = new Point(i, 1); s += p.len() + ("extra" in p ? 1 : 0); }
function Odd() { return { odd: true }; } function Prim() { this.a = 1; return 5; }
print(s, new Odd().odd, new Prim().a, new Point("a", 1).len(), typeof Point.prototype.constructor);
//> 5099 true 1 a1 function
