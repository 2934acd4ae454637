function f(v) { switch (v) { case 0: return "zero"; case "1": return "one"; case 2: case 3: v += 10; default: v += 100; case 7: v += 1000; break; case -1: v = "neg"; } return v; }
let out = "";
for (let i = 0; i < 90; i++) out = f(i % 9);
print([0, "1", 1, 2, 3, 7, -1, NaN, -0].map(f).join());
//> zero,one,1101,1112,1113,1007,neg,NaN,zero
