//! THE opcode table: every opcode with operands, accumulator use, effects and one line of meaning.
//!
//! `for_each_opcode!` hands the whole table to another macro, so that the enum, encoder, decoder,
//! printer, verifier, liveness, feedback layout, the interpreter's dispatch and the handler trait
//! all come from this one list. To add an opcode, add an entry here; the compiler then names every
//! tier that must learn it.
//!
//! Notation: `acc` is the accumulator. `Reg` is one register, `RegOut` a register that is written,
//! `RegPair` the first of two registers that are read, `RegOutPair` the first of two written,
//! `Args` + following `Count` a register range that is read. `Const` indexes the constant pool,
//! `Slot(kind)` the feedback layout, `Jump` is a signed offset relative to the start of the
//! instruction (prefix included), `Imm`/`UImm` immediates.
//! Accumulator use: `none`, `read`, `write`, `rw`.
//! Effects: `pure` (nothing observable), `throws` (may throw, runs no other JavaScript),
//! `calls` (may run arbitrary JavaScript and throw), `jumps`, `ends` (control does not fall through).

/// Calls `$cb!` with every opcode of the table.
#[macro_export]
macro_rules! for_each_opcode {
    ($cb:ident $($extra:tt)*) => {
        $cb! { $($extra)*
            // --- prefixes
            Wide {} none [pure] "prefix: operands of the next instruction are 16 bits wide";
            ExtraWide {} none [pure] "prefix: operands of the next instruction are 32 bits wide";
            // --- accumulator and register moves
            LdaZero {} write [pure] "acc = 0";
            LdaSmi { value: Imm } write [pure] "acc = value";
            LdaUndefined {} write [pure] "acc = undefined";
            LdaNull {} write [pure] "acc = null";
            LdaTheHole {} write [pure] "acc = the hole";
            LdaTrue {} write [pure] "acc = true";
            LdaFalse {} write [pure] "acc = false";
            LdaConstant { constant: Const } write [pure] "acc = constants[constant]";
            Ldar { src: Reg } write [pure] "acc = src";
            Star { dst: RegOut } read [pure] "dst = acc";
            Mov { src: Reg, dst: RegOut } none [pure] "dst = src";
            // --- globals
            LdaGlobal { name: Const, slot: Slot } write [calls] "acc = global binding `name`; ReferenceError when absent";
            LdaGlobalInsideTypeof { name: Const, slot: Slot } write [calls] "acc = global binding `name`, undefined when absent";
            StaGlobal { name: Const, slot: Slot } read [calls] "global binding `name` = acc (strictness from the slot kind)";
            // --- scopes (contexts)
            LdaContextSlot { context: Reg, index: UImm, depth: UImm } write [pure] "acc = slot `index` of the context `depth` hops out of `context`";
            StaContextSlot { context: Reg, index: UImm, depth: UImm } read [pure] "slot `index` of the context `depth` hops out of `context` = acc";
            LdaCurrentContextSlot { index: UImm } write [pure] "acc = slot `index` of the current context";
            StaCurrentContextSlot { index: UImm } read [pure] "slot `index` of the current context = acc";
            LdaModuleCell { context: Reg, index: UImm, depth: UImm } write [pure] "acc = value of the module cell in slot `index` of the context `depth` hops out of `context`";
            StaModuleCell { context: Reg, index: UImm, depth: UImm } read [pure] "value of the module cell in slot `index` of the context `depth` hops out of `context` = acc";
            CreateContext { slots: UImm, kind: UImm } write [throws] "acc = new context of `slots` slots, slot 0 being the link to the parent, the current context (kind 0: filled with undefined; 1: block, filled with the hole; 2: function whose slot 1 is for the variables of an `eval`; 3: `with`, slot 1 is for the object)";
            PushContext { saved: RegOut } read [pure] "saved = current context; current context = acc";
            PopContext { saved: Reg } none [pure] "current context = saved";
            ThrowReferenceErrorIfHole { name: Const } read [throws] "ReferenceError `Cannot access 'name' before initialization` when acc is the hole";
            ThrowSuperNotCalledIfHole {} read [throws] "ReferenceError when acc (derived `this`) is the hole";
            ThrowSuperAlreadyCalledIfNotHole {} read [throws] "ReferenceError when acc (derived `this`) is not the hole";
            ThrowConstAssign { name: Const } none [throws, ends] "TypeError `Assignment to constant variable 'name'`";
            // --- arithmetic: acc = lhs op acc
            Add { lhs: Reg, slot: Slot } rw [calls] "acc = lhs + acc";
            Sub { lhs: Reg, slot: Slot } rw [calls] "acc = lhs - acc";
            Mul { lhs: Reg, slot: Slot } rw [calls] "acc = lhs * acc";
            Div { lhs: Reg, slot: Slot } rw [calls] "acc = lhs / acc";
            Mod { lhs: Reg, slot: Slot } rw [calls] "acc = lhs % acc";
            Exp { lhs: Reg, slot: Slot } rw [calls] "acc = lhs ** acc";
            BitwiseOr { lhs: Reg, slot: Slot } rw [calls] "acc = lhs | acc";
            BitwiseXor { lhs: Reg, slot: Slot } rw [calls] "acc = lhs ^ acc";
            BitwiseAnd { lhs: Reg, slot: Slot } rw [calls] "acc = lhs & acc";
            ShiftLeft { lhs: Reg, slot: Slot } rw [calls] "acc = lhs << acc";
            ShiftRight { lhs: Reg, slot: Slot } rw [calls] "acc = lhs >> acc";
            ShiftRightLogical { lhs: Reg, slot: Slot } rw [calls] "acc = lhs >>> acc";
            // --- arithmetic with a small constant: acc = acc op value
            AddSmi { value: Imm, slot: Slot } rw [calls] "acc = acc + value";
            SubSmi { value: Imm, slot: Slot } rw [calls] "acc = acc - value";
            MulSmi { value: Imm, slot: Slot } rw [calls] "acc = acc * value";
            DivSmi { value: Imm, slot: Slot } rw [calls] "acc = acc / value";
            ModSmi { value: Imm, slot: Slot } rw [calls] "acc = acc % value";
            BitwiseOrSmi { value: Imm, slot: Slot } rw [calls] "acc = acc | value";
            BitwiseXorSmi { value: Imm, slot: Slot } rw [calls] "acc = acc ^ value";
            BitwiseAndSmi { value: Imm, slot: Slot } rw [calls] "acc = acc & value";
            ShiftLeftSmi { value: Imm, slot: Slot } rw [calls] "acc = acc << value";
            ShiftRightSmi { value: Imm, slot: Slot } rw [calls] "acc = acc >> value";
            ShiftRightLogicalSmi { value: Imm, slot: Slot } rw [calls] "acc = acc >>> value";
            // --- unary
            Inc { slot: Slot } rw [calls] "acc = ToNumeric(acc) + 1";
            Dec { slot: Slot } rw [calls] "acc = ToNumeric(acc) - 1";
            Negate { slot: Slot } rw [calls] "acc = -acc";
            BitwiseNot { slot: Slot } rw [calls] "acc = ~acc";
            ToNumber { slot: Slot } rw [calls] "acc = ToNumber(acc)";
            ToNumeric { slot: Slot } rw [calls] "acc = ToNumeric(acc)";
            ToStringValue {} rw [calls] "acc = ToString(acc)";
            ToPropertyKey {} rw [calls] "acc = ToPropertyKey(acc); numbers that are array indices stay numbers";
            ToObject {} rw [throws] "acc = ToObject(acc)";
            LogicalNot {} rw [pure] "acc = !ToBoolean(acc)";
            TypeOf {} rw [pure] "acc = typeof acc";
            // --- comparison: acc = lhs op acc (a boolean)
            TestEqual { lhs: Reg, slot: Slot } rw [calls] "acc = lhs == acc";
            TestEqualStrict { lhs: Reg, slot: Slot } rw [pure] "acc = lhs === acc";
            TestLessThan { lhs: Reg, slot: Slot } rw [calls] "acc = lhs < acc";
            TestGreaterThan { lhs: Reg, slot: Slot } rw [calls] "acc = lhs > acc";
            TestLessThanOrEqual { lhs: Reg, slot: Slot } rw [calls] "acc = lhs <= acc";
            TestGreaterThanOrEqual { lhs: Reg, slot: Slot } rw [calls] "acc = lhs >= acc";
            TestInstanceOf { lhs: Reg, slot: Slot } rw [calls] "acc = lhs instanceof acc";
            TestIn { lhs: Reg, slot: Slot } rw [calls] "acc = lhs in acc";
            TestNull {} rw [pure] "acc = acc === null";
            TestUndefined {} rw [pure] "acc = acc === undefined";
            TestNullish {} rw [pure] "acc = acc == null";
            TestTypeOf { literal: UImm } rw [pure] "acc = typeof acc === TypeOfLiteral(literal)";
            // --- jumps
            Jump { target: Jump } none [pure, jumps, ends] "goto target (forward)";
            JumpLoop { target: Jump, depth: UImm, slot: Slot } none [throws, jumps, ends] "one tick, then goto target (a loop header, backward); depth is the loop nesting";
            JumpIfTrue { target: Jump } read [pure, jumps] "goto target when acc (a boolean) is true";
            JumpIfFalse { target: Jump } read [pure, jumps] "goto target when acc (a boolean) is false";
            JumpIfToBooleanTrue { target: Jump } read [pure, jumps] "goto target when ToBoolean(acc)";
            JumpIfToBooleanFalse { target: Jump } read [pure, jumps] "goto target when !ToBoolean(acc)";
            JumpIfNull { target: Jump } read [pure, jumps] "goto target when acc === null";
            JumpIfNotNull { target: Jump } read [pure, jumps] "goto target when acc !== null";
            JumpIfUndefined { target: Jump } read [pure, jumps] "goto target when acc === undefined";
            JumpIfNotUndefined { target: Jump } read [pure, jumps] "goto target when acc !== undefined";
            JumpIfNullish { target: Jump } read [pure, jumps] "goto target when acc is undefined or null";
            JumpIfNotNullish { target: Jump } read [pure, jumps] "goto target when acc is neither undefined nor null";
            JumpIfHole { target: Jump } read [pure, jumps] "goto target when acc is the hole";
            SwitchOnSmi { table: Const, count: UImm, base: Imm } read [pure, jumps] "acc is a Smi: goto jump_table[table + acc - base] when in range, else fall through";
            // --- named and keyed properties
            GetNamedProperty { object: Reg, name: Const, slot: Slot } write [calls] "acc = object[name]";
            SetNamedProperty { object: Reg, name: Const, slot: Slot } read [calls] "object[name] = acc (strictness from the slot kind)";
            DefineNamedOwn { object: Reg, name: Const, slot: Slot } read [calls] "CreateDataPropertyOrThrow(object, name, acc) (literals, class fields)";
            GetKeyedProperty { object: Reg, slot: Slot } rw [calls] "acc = object[acc]";
            GetPresentElement { object: Reg, slot: Slot } rw [calls] "acc = object[acc] if object has such a property, else the hole (builtins)";
            SetKeyedProperty { object: Reg, key: Reg, slot: Slot } read [calls] "object[key] = acc (strictness from the slot kind)";
            DefineKeyedOwn { object: Reg, key: Reg, flags: UImm, slot: Slot } read [calls] "CreateDataPropertyOrThrow(object, key, acc); flags bit 0: SetFunctionName(acc, key), bit 1: not enumerable (class methods)";
            DefineAccessor { object: Reg, key: Reg, flags: UImm } read [calls] "define acc as getter (flags bit 0 clear) or setter (set) of object[key]; bit 1: not enumerable (classes); sets the function's name";
            StaInArrayLiteral { array: Reg, index: Reg, slot: Slot } read [throws] "array literal: own element `index` = acc";
            SetLiteralPrototype { object: Reg } read [pure] "`__proto__: acc` of an object literal (ignored unless object or null)";
            DeleteProperty { object: Reg, strict: UImm } rw [calls] "acc = delete object[acc]; TypeError when refused and strict = 1";
            LdaHomeObject {} write [pure] "acc = home object of the running function";
            GetSuperProperty { receiver: Reg, base: Reg } rw [calls] "acc = super[acc]: property `acc` of base (the home object's prototype), with receiver";
            SetSuperProperty { receiver: Reg, base: Reg, key: Reg, strict: UImm } read [calls] "super[key] = acc";
            // --- calls
            CallProperty { callee: Reg, args: Args, count: Count, slot: Slot } write [calls] "acc = callee.call(args[0], args[1..count]); count includes the receiver";
            CallUndefinedReceiver { callee: Reg, args: Args, count: Count, slot: Slot } write [calls] "acc = callee.call(undefined, args[0..count])";
            CallWithArray { callee: Reg, receiver: Reg, array: Reg, slot: Slot } write [calls] "acc = callee.apply(receiver, array); array is a fresh dense array (spread calls)";
            Construct { callee: Reg, args: Args, count: Count, slot: Slot } rw [calls] "acc = Construct(callee, args[0..count], newTarget = acc)";
            ConstructWithArray { callee: Reg, array: Reg, slot: Slot } rw [calls] "acc = Construct(callee, array, newTarget = acc)";
            GetSuperConstructor { function: Reg } write [throws] "acc = function.[[GetPrototypeOf]](): the parent class, or with a home object the base of `super.x`";
            ConstructForwardArgs { callee: Reg, slot: Slot } rw [calls] "acc = Construct(callee, all arguments of this frame, newTarget = acc) (default derived constructors)";
            CallRuntime { function: UImm, args: Args, count: Count } write [calls] "acc = runtime function `function`(args[0..count])";
            // --- allocation
            CreateClosure { template: Const, slot: Slot } write [throws] "acc = closure over the current context of nested template number `template`";
            CreateArrayLiteral { boilerplate: Const, slot: Slot } write [throws] "acc = fresh array from the boilerplate constants";
            CreateEmptyArrayLiteral { slot: Slot } write [throws] "acc = []";
            CreateObjectLiteral { boilerplate: Const, slot: Slot } write [throws] "acc = fresh object from the boilerplate (keys with constant or to-be-filled values)";
            CreateEmptyObjectLiteral {} write [throws] "acc = {}";
            CreateRegExpLiteral { pattern: Const, flags: Const, slot: Slot } write [throws] "acc = new RegExp(pattern, flags)";
            GetTemplateObject { template: Const, slot: Slot } write [throws] "acc = cached template object of a tagged template";
            CreateMappedArguments { mapping: Const } write [throws] "acc = sloppy arguments object; constant MappedParameters: the current context's slot of each parameter";
            CreateUnmappedArguments {} write [throws] "acc = strict arguments object";
            ArgumentCount {} write [pure] "acc = number of arguments passed (builtins)";
            CreateRestParameter { start: UImm } write [throws] "acc = array of the arguments from position `start` on";
            // --- iteration
            IteratorOpen { iterable: Reg, pair: RegOutPair, slot: Slot } none [calls] "pair[0] = GetIterator(iterable), pair[1] = its next method";
            IteratorNext { pair: RegPair, value: RegOut, slot: Slot } write [calls] "step the iterator: acc = done (boolean); value = result's value when not done, undefined otherwise";
            IteratorClose { iterator: Reg, suppress: UImm } none [calls] "call iterator.return if present; suppress = 1: ignore what it throws or returns (a throw is under way)";
            ForInPrepare { object: Reg, state: RegOut } none [calls] "state = enumerator of object's string keys (for-in); empty for null and undefined";
            ForInNext { state: Reg, slot: Slot } write [calls] "acc = next key still present, or undefined at the end";
            // --- generators (suspend points)
            CreateGenerator {} write [throws] "acc = generator object of this frame, with room for its register file";
            SuspendGenerator { generator: Reg, resume: UImm } read [pure, ends] "save parameters, registers and context in the generator, return acc; resume point number `resume`";
            ResumeGenerator { generator: Reg, mode: RegOut } write [pure] "after a resumption: acc = value sent in, mode = how (Smi: 0 next, 1 throw, 2 return)";
            SwitchOnGeneratorState { generator: Reg, table: Const, count: UImm } none [pure, jumps] "at entry: undefined generator falls through; else restore registers and context, goto jump_table[table + resume point]";
            // --- leaving
            Return {} read [ends] "return acc to the caller";
            Throw {} read [throws, ends] "throw acc";
            ReThrow {} read [throws, ends] "throw acc again, keeping its trace";
            Debugger {} none [pure] "no effect";
        }
    };
}
