function a(x) { return function b(y) { return function c(z) { x += z; return x + y + z; }; }; }
const c1 = a(1)(2), c2 = a(10)(20);
print(c1(3), c1(3), c2(1), a(1)(1)(1));
//> 9 12 32 4
