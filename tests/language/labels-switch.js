a: for (var i = 0; i < 3; i++) for (;;) { if (i === 1) continue a; if (i === 2) break a; break; }
print(i);
for (const v of [1, "1", true, null]) switch (v) { case 1: print("one"); break; case "1": print("str"); default: print("default"); }
switch (3) { default: print("d"); case 4: print("4"); break; case 5: print("5"); }
s: switch (1) { case 1: for (;;) break s; }
do { var once = 1; } while (false); print(once);
//> 2
//> one
//> str
//> default
//> default
//> default
//> d
//> 4
//> 1
