// schedule: tier=interpreter voter=reference
// F059 (Hermes 20f2b9b33): a class field over a property that cannot be configured.
class Base { constructor(o) { return o; } }
class Field extends Base { x = 2; }
const fixed = Object.defineProperty({}, "x", { value: 1, writable: true, configurable: false, enumerable: false });
try {
  new Field(fixed);
  print("defined");
} catch (e) {
  print(e.name);
}
print(fixed.x, new Field({}).x);
