let s = "", keep = []; for (let i = 0; i < 600; i++) { s += i; if (i % 50 === 0) keep.push(s.slice(-20), "k" + i); if (s.length > 500) s = s.slice(250); }
const m = {}; for (let i = 0; i < 300; i++) m["key" + i] = "v" + i; print(s.length, keep.join("").length, Object.keys(m).length, m.key299);
//> 440 266 300 v299
