let a = 1, b = 2, c = 0.5, d = "s", e = null; for (let i = 0; i < 200; i++) { [a, b] = [b, a + 1]; c *= 1.01; if (i === 120) e = { v: i }; if (e) d = d.slice(0, 3) + e.v; } print(a, b, c.toFixed(6), d, JSON.stringify(e));
//> 101 102 3.658009 s12120 {"v":120}
