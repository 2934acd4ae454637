let c = 0;
outer: for (let i = 0; i < 20; i++) { inner: for (let j = 0; j < 20; j++) { if (j === i) continue outer; if (i * j > 90) break outer; do { c++; if (c % 5 === 0) continue inner; } while (c % 3); } }
print(c);
block: { if (c) break block; print("never"); }
//> 138
