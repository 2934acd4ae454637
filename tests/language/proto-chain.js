const a = { x: 1 }, b = Object.create(a), c = Object.create(b, { y: { value: 2, enumerable: true } });
a.x = 5; print(c.x, "x" in c, Object.keys(c).join()); b.x = 6; print(c.x); delete b.x; print(c.x);
Object.setPrototypeOf(b, { x: "new" }); print(c.x, a.isPrototypeOf(c)); try { Object.setPrototypeOf(a, a); Object.setPrototypeOf(Object.getPrototypeOf(c), c); } catch (e) { print(e.name); }
//> 5 true y
//> 6
//> 5
//> new false
//> TypeError
