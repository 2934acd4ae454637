var flag = 0; function change() { if (flag++ === 50) C.prototype.m = () => 1000; return 1; } class C { m() { return 1; } }
function f(o) { const r = change(); const v = o.m(); return r + v; } const c = new C(); let s = 0; for (let i = 0; i < 80; i++) s += f(c); print(s);
//> 30130
