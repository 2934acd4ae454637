const o = { x: 1 }; function side(i) { if (i === 60) { delete o.x; o.y = 1; } return i; }
function f(i) { const before = o.x; const r = side(i) + 1; return [before, r, o.x].join(); } let last; for (let i = 0; i < 70; i++) last = f(i); print(last, f(60), f(1));
//> ,70, ,61, ,2,
