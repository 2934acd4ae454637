function sum(a) { let s = 0; for (let i = 0; i < a.length; i++) s += a[i]; return s; }
const a = [1, 2, 3, 4];
for (let i = 0; i < 100; i++) sum(a);
print(sum(a));
a[1] = 0.5; print(sum(a));
a.push("x"); print(sum(a));
a[7] = 1; print(sum(a), a.length, 5 in a);
delete a[0]; print(sum(a));
a.length = 2; print(sum(a), JSON.stringify(a));
//> 10
//> 8.5
//> 8.5x
//> 8.5xundefinedundefined1 8 false
//> NaNxundefinedundefined1
//> NaN [null,0.5]
