let x = 0, kind = "";
for (let i = 0; i < 400; i++) {
  x = i < 200 ? x + 1 : i < 300 ? x + 0.5 : x;
  if (i === 350) x = "s" + x;
  if (i % 100 === 0) kind += typeof x + ",";
}
print(x, kind);
function inner(n) { let s = 0, o = { v: 1 }; for (let i = 0; i < n; i++) { s += o.v; if (i === n - 20) o = { w: 0, v: 2 }; } return s; }
print(inner(300), inner(50));
//> s250 number,number,number,number,
//> 319 69
