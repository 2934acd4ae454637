function f(list) { let s = 0; for (let i = 0; i < list.length; i++) s += list[i].v; return s; }
const l = []; for (let i = 0; i < 40; i++) l.push({ v: i }); for (let k = 0; k < 20; k++) f(l); l[30] = { w: 1, v: 100 }; print(f(l)); l[5] = { get v() { return 7; } }; print(f(l)); l[6] = 3; print(f(l));
//> 850
//> 852
//> NaN
