function f(n) {
  let t = 0;
  for (let i = 0; i < n; i++) { let r = i; for (let j = 0; j < 20; j++) { for (let k = 0; k < 3; k++) r = (r * 5 + j + k) | 0; if (r === 77) break; } t ^= r; }
  return t;
}
print(f(5), f(40), f(1));
//> -1613169910 49614592 -1827360570
