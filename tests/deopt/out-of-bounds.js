function f(a, i) { return a[i]; } const a = [1, 2, 3]; for (let i = 0; i < 60; i++) f(a, i % 3); print(f(a, 3), f(a, -1), f(a, 0.5), f(a, "1"), f("xyz", 1), f([0.5], 0), f(new Uint8Array([9]), 0), f({ 2: "o" }, 2));
//> undefined undefined undefined 2 y 0.5 9 o
