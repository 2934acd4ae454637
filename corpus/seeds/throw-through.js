function c(n) { if (n === 60) throw new TypeError("deep"); return n + 1; }
function b(n) { const keep = n * 2; const r = c(n); return r + keep; }
function a(n) { let state = "before"; try { state = b(n); return state; } catch (e) { return state + ":" + e.message; } }
let last;
for (let i = 0; i < 100; i++) { const r = a(i); if (typeof r === "string") last = r; }
print(last, a(99), a(60));
//> before:deep 298 before:deep
