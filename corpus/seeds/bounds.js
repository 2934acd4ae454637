const a = [10, 20, 30], t = new Int16Array([1, 2, 3]);
function at(x, i) { const v = x[i]; return v === undefined ? -1 : v; }
let s = 0;
for (let i = 0; i < 120; i++) s += at(a, i % 3) + at(t, i % 3);
for (const i of [3, -1, 1.5, 4294967295, "1", "01", -0, NaN]) s = s * 3 % 1000003 + at(a, i) + at(t, i);
a[-1] = 5; t[-1] = 5; a["1"] = 7;
print(s, a.length, at(a, -1), at(t, -1), Object.keys(a).join());
//> 315116 3 5 -1 0,1,2,-1
