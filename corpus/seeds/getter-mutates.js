const o = { x: 1, get g() { if (++this.n === 40) { delete this.x; this.y = 2.5; } return this.n; }, n: 0 };
function f(p) { const a = p.x; const g = p.g; return String(a) + "/" + String(p.x) + "/" + g; }
let last = "";
for (let i = 0; i < 45; i++) last = f(o);
print(last, Object.keys(o).join());
//> undefined/undefined/45 g,n,y
