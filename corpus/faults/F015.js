// Needs nothing: an element appears on Array.prototype after the load of holes was optimised.
function f(a, i) {
  return a[i];
}
let a = [1, , 3, , 5];
for (let i = 0; i < 60; i++) print(f(a, i % 5));
Array.prototype[1] = "from the prototype";
print(f(a, 1));
delete Array.prototype[1];
